// Links to files of the repository, and to the lines on which symbols are declared.

using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>Checks links.</summary>
/// <remarks>
/// Links in code do not count, nor what leads out of the repository by a scheme such as https, nor the heading that follows <c>#</c>. Behind
/// <c>#L12</c> the file must have that line; if the link's text is a symbol in backticks, as <c>GaussianKl.Backward</c>, the line must contain the
/// last part of its name as a word.
/// </remarks>
internal static partial class LinkCheck
{
    public static IEnumerable<Problem> Check(MarkdownFile file, ISourceTree tree)
    {
        foreach (Match link in LinkOrSkipped().Matches(file.Prose))
        {
            var target = link.Groups["target"];
            if (!target.Success || target.Length == 0 || target.Value[0] == '#' || Scheme().IsMatch(target.Value)) continue;
            if (Wrong(file, link.Groups["text"].Value, target.Value, tree) is { } message)
                yield return file.ProblemAt(MarkdownFile.LineOf(file.Prose, link.Index), message);
        }
    }

    /// <summary>The file's text with every link to a symbol's line moved to the nearest line that contains the symbol.</summary>
    public static string Repair(MarkdownFile file, ISourceTree tree)
    {
        var text = string.Join('\n', file.Lines);
        foreach (Match link in LinkOrSkipped().Matches(file.Prose))
        {
            if (LastPart(link.Groups["text"].Value) is not { } name || SymbolLine().Match(link.Groups["target"].Value) is not { Success: true } target) continue;
            if (Resolve(file.Path, target.Groups["file"].Value) is not { } path || tree.Read(path) is not { } lines) continue;
            var number = int.Parse(target.Groups["line"].Value, CultureInfo.InvariantCulture);
            if (number >= 1 && number <= lines.Count && HasWord(lines[number - 1], name)) continue;
            if (NearestLine(lines, number, name) is { } nearest)
                text = text.Replace(link.Value, link.Value.Replace($"#L{number}", FormattableString.Invariant($"#L{nearest}"), StringComparison.Ordinal), StringComparison.Ordinal);
        }

        return text;
    }

    private static string? Wrong(MarkdownFile file, string text, string target, ISourceTree tree)
    {
        var (relative, fragment) = target.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? (target[..at], target[(at + 1)..]) : (target, "");
        if (Resolve(file.Path, Uri.UnescapeDataString(relative)) is not { } path) return $"{target} leads out of the repository.";
        if (!tree.Exists(path)) return $"There is no {path}.";
        if (LineFragment().Match(fragment) is not { Success: true } place) return null;

        if (tree.Read(path) is not { } lines) return $"{path} has no lines.";
        var number = int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture);
        if (number < 1 || number > lines.Count) return $"{path} has {lines.Count} lines; there is no line {number}.";
        return LastPart(text) is { } name && !HasWord(lines[number - 1], name) ? $"Line {number} of {path} does not contain {name}{Nearest(lines, number, name)}." : null;
    }

    /// <summary>The last part of the name of a symbol in backticks: <c>Backward</c> of <c>GaussianKl.Backward</c>; null if the text is something else.</summary>
    internal static string? LastPart(string text) =>
        Symbol().Match(text) is { Success: true } symbol && !symbol.Groups["name"].Value.EndsWith(".cs", StringComparison.Ordinal)
            ? symbol.Groups["last"].Value
            : null;

    // A path from the root, or null if it leads above it.
    private static string? Resolve(string from, string relative)
    {
        var parts = new List<string>(from.Split('/')[..^1]);
        foreach (var part in relative.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..")
            {
                parts.Add(part);
                continue;
            }

            if (parts.Count == 0) return null;
            parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    private static string Nearest(IReadOnlyList<string> lines, int number, string name) =>
        NearestLine(lines, number, name) is { } nearest ? $"; the nearest that does is {nearest}" : ", nor does any other";

    private static int? NearestLine(IReadOnlyList<string> lines, int number, string name)
    {
        var places = Enumerable.Range(1, lines.Count).Where(line => HasWord(lines[line - 1], name)).ToArray();
        return places.Length == 0 ? null : places.MinBy(place => Math.Abs(place - number));
    }

    private static bool HasWord(string line, string word) => Regex.IsMatch(line, $@"(?<!\w){Regex.Escape(word)}(?!\w)");

    // Code and formulas are taken first, so that what looks like a link in them is passed over.
    [GeneratedRegex("""
        \[(?<text>(?:`[^`]*`|\[[^\[\]]*\]|[^\[\]`])*)\]\((?<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)
        |(?:src|href)="(?<target>[^"]*)"
        |(?<ticks>`+)(?!`).+?(?<!`)\k<ticks>(?!`)
        |\$[^$]+\$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex LinkOrSkipped();

    [GeneratedRegex("^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^L(?<line>\d{1,6})(?:-L\d{1,6})?$")]
    private static partial Regex LineFragment();

    [GeneratedRegex(@"^(?<file>[^#]+)#L(?<line>\d{1,6})$")]
    private static partial Regex SymbolLine();

    [GeneratedRegex(@"^`(?<name>(?:[A-Za-z_]\w*(?:<[^`]*?>)?\.)*(?<last>[A-Za-z_]\w*))(?:<[^`]*>)?(?:\([^`]*\))?`$")]
    private static partial Regex Symbol();
}
