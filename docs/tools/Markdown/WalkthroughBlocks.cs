// The places in the chapters that hold a step of the walkthrough.

using System.Globalization;
using System.Text.RegularExpressions;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Docs;

/// <summary>Finds, fills and checks the blocks between <c>walkthrough:begin N</c> and <c>walkthrough:end</c>.</summary>
/// <remarks>Between the two comments stands one fenced block of the language text, which holds all of step N, to the letter.</remarks>
internal static partial class WalkthroughBlocks
{
    public const string FillCommand = "dotnet run --project docs/tools -- fill";
    private const string Text = "text", End = "<!-- walkthrough:end -->";

    /// <summary>What is wrong with the blocks of a file.</summary>
    public static IEnumerable<Problem> Check(MarkdownFile file, IReadOnlyList<StoryStep> story)
    {
        foreach (var (line, step) in Beginnings(file))
        {
            if (Malformed(file, line, step, story) is { } problem)
            {
                yield return problem;
                continue;
            }

            var content = file.Content(FenceAfter(file, line)!);
            if (content.Count == 0) yield return file.ProblemAt(line, $"The block of step {step} is empty; '{FillCommand}' fills it.");
            else if (!content.SequenceEqual(LinesOf(story[step - 1]))) yield return file.ProblemAt(line, $"The block is not step {step} as 'vae walkthrough' prints it; '{FillCommand}' renews it.");
        }
    }

    /// <summary>The file's text with every well-formed block filled.</summary>
    public static string Fill(MarkdownFile file, IReadOnlyList<StoryStep> story)
    {
        var lines = file.Lines.ToList();
        foreach (var (line, step) in Beginnings(file).Reverse())
        {
            if (Malformed(file, line, step, story) is not null) continue;
            var fence = FenceAfter(file, line)!;
            lines.RemoveRange(fence.Opening + 1, fence.Closing - fence.Opening - 1);
            lines.InsertRange(fence.Opening + 1, LinesOf(story[step - 1]));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Whether a block is one of the walkthrough.</summary>
    public static bool IsOfStory(MarkdownFile file, Fence fence) => fence.Opening > 0 && Begin().IsMatch(file.Lines[fence.Opening - 1]);

    private static IEnumerable<(int Line, int Step)> Beginnings(MarkdownFile file) =>
        from line in file.Prose.Split('\n').Index()
        let begin = Begin().Match(line.Item)
        where begin.Success
        select (line.Index, int.Parse(begin.Groups["step"].Value, CultureInfo.InvariantCulture));

    private static Problem? Malformed(MarkdownFile file, int line, int step, IReadOnlyList<StoryStep> story)
    {
        if (step < 1 || step > story.Count) return file.ProblemAt(line, $"The walkthrough has no step {step}; expected 1 to {story.Count}.");
        return FenceAfter(file, line) is { } fence && fence.Closing + 1 < file.Lines.Length && file.Lines[fence.Closing + 1] == End
            ? null
            : file.ProblemAt(line, $"Expected ```text, ``` and '{End}' on the lines that follow, and nothing else between them.");
    }

    private static Fence? FenceAfter(MarkdownFile file, int line) => file.Fences.FirstOrDefault(fence => fence.Opening == line + 1 && fence.Info == Text);

    private static string[] LinesOf(StoryStep step) => StoryText.Whole(step).TrimEnd('\n').Split('\n');

    [GeneratedRegex(@"^<!-- walkthrough:begin (?<step>\d{1,4}) -->$")]
    private static partial Regex Begin();
}
