// Equations: numbered in order in the chapters, and there wherever they are cited.

using System.Globalization;
using System.Text.RegularExpressions;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Docs;

/// <summary>Checks the numbers of equations.</summary>
/// <remarks>
/// An equation is a <c>\tag{n.m}</c> in a block of the language math; n is the number of its chapter and m counts from 1 upwards. A citation is
/// <c>(n.m)</c>, or several as in <c>(3.5, 8.4)</c>, with n from 1 to 18 and m from 1 to 99 without leading zeros. It counts
/// <list type="bullet">
/// <item>in a source file: in what follows <c>//</c> on a line, strings apart; so in comments and documentation, and never in code;</item>
/// <item>in a Markdown file: in prose, outside of code and formulas; in a formula within <c>\text{}</c>; and in the output of the walkthrough.</item>
/// </list>
/// </remarks>
internal static partial class EquationCheck
{
    private const string Math = "math";

    /// <summary>The numbers of all equations.</summary>
    public static IReadOnlySet<string> Numbers(IEnumerable<Chapter> chapters) =>
        chapters.SelectMany(chapter => Tags(chapter).Select(tag => tag.Number)).ToHashSet();

    /// <summary>Tags that are missing, malformed, of another chapter, repeated or out of order.</summary>
    public static IEnumerable<Problem> CheckTags(IEnumerable<Chapter> chapters)
    {
        foreach (var chapter in chapters)
        {
            foreach (var fence in chapter.File.Fences.Where(fence => fence.Info == Math))
                if (!chapter.File.Content(fence).Any(line => Tag().IsMatch(line))) yield return chapter.File.ProblemAt(fence.Opening, "The equation has no \\tag.");

            var last = 0;
            foreach (var (line, number) in Tags(chapter))
            {
                var match = WholeNumber().Match(number);
                if (!match.Success || Int(match.Groups["chapter"]) != chapter.Number)
                {
                    yield return chapter.File.ProblemAt(line, $"\\tag{{{number}}} is no number of chapter {chapter.Number}.");
                    continue;
                }

                var index = Int(match.Groups["index"]);
                if (index <= last) yield return chapter.File.ProblemAt(line, $"\\tag{{{number}}} follows \\tag{{{chapter.Number}.{last}}}; expected a higher number.");
                last = System.Math.Max(last, index);
            }
        }
    }

    /// <summary>Equations that Markdown files speak of and that do not exist.</summary>
    public static IEnumerable<Problem> CheckReferences(IReadOnlySet<string> numbers, IEnumerable<MarkdownFile> files) =>
        from file in files
        from reference in References(file)
        where !numbers.Contains(reference.Number)
        select file.ProblemAt(reference.Line, Missing(reference.Number));

    /// <summary>Equations that comments of a source file cite and that do not exist.</summary>
    /// <param name="numbers">The numbers that exist.</param>
    /// <param name="path">The file, from the root of the repository.</param>
    /// <param name="text">Its content.</param>
    public static IEnumerable<Problem> CheckSource(IReadOnlySet<string> numbers, string path, string text) =>
        from line in text.ReplaceLineEndings("\n").Split('\n').Index()
        from number in Citations(Comment(line.Item))
        where !numbers.Contains(number)
        select new Problem(path, line.Index + 1, Missing(number));

    /// <summary>Equations that the walkthrough cites and that do not exist.</summary>
    public static IEnumerable<Problem> CheckStory(IReadOnlySet<string> numbers, IEnumerable<StoryStep> story) =>
        from step in story
        from number in step.Equations
        where !numbers.Contains(number)
        select new Problem("src/Vae/Walkthrough/Equations.cs", 1, $"Step {step.Number}: {Missing(number)}");

    /// <summary>The comment of a line of C#, or nothing.</summary>
    internal static string Comment(string line)
    {
        // Strings and characters are stepped over; what is left of the first // is code.
        var match = CommentStart().Match(line);
        return match.Success ? line[match.Groups["comment"].Index..] : "";
    }

    /// <summary>The equations that a text cites.</summary>
    internal static IEnumerable<string> Citations(string text) =>
        Citation().Matches(text).SelectMany(citation => citation.Groups["number"].Captures.Select(number => number.Value));

    private static IEnumerable<(int Line, string Number)> Tags(Chapter chapter) =>
        from fence in chapter.File.Fences
        where fence.Info == Math
        from line in Enumerable.Range(fence.Opening + 1, System.Math.Max(0, fence.Closing - fence.Opening - 1))
        from tag in Tag().Matches(chapter.File.Lines[line])
        select (line, tag.Groups["number"].Value);

    private static IEnumerable<(int Line, string Number)> References(MarkdownFile file)
    {
        // Code and formulas of a line of prose are blanked out, with their line breaks kept.
        var prose = CodeOrFormula().Replace(file.Prose, match => new string('\n', match.Value.Count(character => character == '\n')));
        foreach (var (line, text) in prose.Split('\n').Index())
            foreach (var number in Citations(text)) yield return (line, number);

        foreach (var fence in file.Fences)
        {
            var isStory = WalkthroughBlocks.IsOfStory(file, fence);
            if (!isStory && fence.Info != Math) continue;
            for (var line = fence.Opening + 1; line < fence.Closing; line++)
            {
                var texts = isStory ? [file.Lines[line]] : TextInFormula().Matches(file.Lines[line]).Select(match => match.Value);
                foreach (var number in texts.SelectMany(Citations)) yield return (line, number);
            }
        }
    }

    private static int Int(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static string Missing(string number) => $"There is no equation ({number}).";

    [GeneratedRegex(@"\\tag\{(?<number>[^}]*)\}")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?<chapter>[1-9]\d?)\.(?<index>[1-9]\d?)$")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\((?<number>(?:1[0-8]|[1-9])\.[1-9]\d?)(?:, (?<number>(?:1[0-8]|[1-9])\.[1-9]\d?))*\)")]
    private static partial Regex Citation();

    [GeneratedRegex("""^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|/(?!/)|[^"'/])*(?<comment>//.*)$""")]
    private static partial Regex CommentStart();

    [GeneratedRegex(@"(?<ticks>`+)(?!`).+?(?<!`)\k<ticks>(?!`)|\$[^$]+\$", RegexOptions.Singleline)]
    private static partial Regex CodeOrFormula();

    [GeneratedRegex(@"\\text\{[^}]*\}")]
    private static partial Regex TextInFormula();
}
