// Excerpts: lines of code in a chapter that stand in the file they are said to come from.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>Checks the blocks below <c>excerpt: FILE</c>.</summary>
/// <remarks>
/// The block's lines stand in the file one after another, whole, but for the indentation that they have in common and blanks at their ends.
/// </remarks>
internal static partial class ExcerptCheck
{
    /// <summary>The longest excerpt.</summary>
    public const int MostLines = 12;

    public static IEnumerable<Problem> Check(MarkdownFile file, ISourceTree tree)
    {
        foreach (var (line, text) in file.Prose.Split('\n').Index())
        {
            var match = Marker().Match(text);
            if (!match.Success) continue;
            var path = match.Groups["path"].Value;
            var message = file.Fences.FirstOrDefault(fence => fence.Opening == line + 1) is not { } block ? "Expected a fenced block on the line after the excerpt's comment."
                : tree.Read(path) is not { } source ? $"There is no file {path}."
                : Compare(file.Content(block), source, path);
            if (message is not null) yield return file.ProblemAt(line, message);
        }
    }

    private static string? Compare(IReadOnlyList<string> excerpt, IReadOnlyList<string> source, string path)
    {
        if (excerpt.All(string.IsNullOrWhiteSpace)) return "The excerpt is empty.";
        if (excerpt.Count > MostLines) return $"The excerpt has {excerpt.Count} lines; expected {MostLines} at most.";
        var wanted = WithoutIndentation(excerpt);
        for (var start = 0; start + excerpt.Count <= source.Count; start++)
            if (wanted.SequenceEqual(WithoutIndentation([.. source.Skip(start).Take(excerpt.Count)]))) return null;
        return $"The excerpt does not stand in {path}.";
    }

    private static IEnumerable<string> WithoutIndentation(IReadOnlyList<string> lines)
    {
        var common = lines.Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return lines.Select(line => line.Length < common ? "" : line[common..].TrimEnd());
    }

    [GeneratedRegex(@"^<!-- excerpt: (?<path>\S+) -->$")]
    private static partial Regex Marker();
}
