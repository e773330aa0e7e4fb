// The frame of a chapter: its title, its two exercises, and the way to its neighbours.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>Checks what all chapters have in common.</summary>
internal static partial class ChapterCheck
{
    private const int Exercises = 2;
    private const string ExercisesHeading = "## Exercises";

    /// <summary>What is wrong with the frames of chapters that follow each other.</summary>
    public static IEnumerable<Problem> Check(IReadOnlyList<Chapter> chapters)
    {
        foreach (var (index, chapter) in chapters.Index())
        {
            var file = chapter.File;
            if (chapter.Number != index + 1) yield return file.ProblemAt(0, $"The file is chapter {index + 1} in order and has the number {chapter.Number}.");
            if (!file.Lines[0].StartsWith($"# {chapter.Number} ", StringComparison.Ordinal)) yield return file.ProblemAt(0, $"The first line does not begin with '# {chapter.Number} '.");
            if (CheckExercises(file) is { } exercises) yield return exercises;

            var expected = Navigation(index > 0 ? chapters[index - 1] : null, index + 1 < chapters.Count ? chapters[index + 1] : null);
            var last = Array.FindLastIndex(file.Lines, line => line.Length > 0);
            if (last < 0 || file.Lines[last] != expected) yield return file.ProblemAt(Math.Max(0, last), $"The last line is not '{expected}'.");
        }
    }

    private static Problem? CheckExercises(MarkdownFile file)
    {
        var prose = file.Prose.Split('\n');
        var heading = Array.IndexOf(prose, ExercisesHeading);
        if (heading < 0) return file.ProblemAt(0, $"There is no '{ExercisesHeading}'.");
        var count = prose.Skip(heading + 1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Count(line => Item().IsMatch(line));
        return count == Exercises ? null : file.ProblemAt(heading, $"There are {count} exercises; expected {Exercises}, as the items of a numbered list.");
    }

    private static string Navigation(Chapter? previous, Chapter? next)
    {
        List<string> links = ["[Contents](README.md)"];
        if (previous is not null) links.Insert(0, $"[Previous]({previous.FileName})");
        if (next is not null) links.Add($"[Next]({next.FileName})");
        return string.Join(" · ", links);
    }

    [GeneratedRegex(@"^\d+\. ")]
    private static partial Regex Item();
}
