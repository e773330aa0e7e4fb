// A chapter of docs/math: a Markdown file whose name begins with its number.

using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>A chapter.</summary>
/// <param name="Number">Its number, from the file's name.</param>
/// <param name="File">Its file.</param>
internal sealed partial record Chapter(int Number, MarkdownFile File)
{
    /// <summary>The number of the last chapter.</summary>
    public const int Last = 18;

    public string FileName => Path.GetFileName(File.Path);

    /// <summary>A chapter, if the file's name is that of one.</summary>
    public static Chapter? From(MarkdownFile file) =>
        Name().Match(Path.GetFileName(file.Path)) is { Success: true } name
            ? new Chapter(int.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture), file)
            : null;

    /// <summary>The chapters of a folder, in order.</summary>
    /// <param name="root">The root of the repository, from which paths are told.</param>
    /// <param name="folder">The folder; one that does not exist has no chapters.</param>
    public static IReadOnlyList<Chapter> ReadAll(string root, string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            .Select(path => From(new MarkdownFile(Path.GetRelativePath(root, path).Replace('\\', '/'), System.IO.File.ReadAllText(path)))).OfType<Chapter>(),
    ];

    [GeneratedRegex(@"^(?<number>\d\d)-.+\.md$")]
    private static partial Regex Name();
}
