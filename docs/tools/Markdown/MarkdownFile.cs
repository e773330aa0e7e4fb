// A Markdown file as far as the checks have to understand it: its lines, its fenced blocks, and the prose between them.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>A fenced block.</summary>
/// <param name="Info">What stands behind the opening fence: the language.</param>
/// <param name="Opening">Index of the line of the opening fence.</param>
/// <param name="Closing">Index of the line of the closing fence.</param>
internal sealed record Fence(string Info, int Opening, int Closing);

/// <summary>A Markdown file.</summary>
internal sealed partial class MarkdownFile
{
    /// <summary>Reads it from text.</summary>
    /// <param name="path">Its path from the root of the repository, with slashes.</param>
    /// <param name="text">Its content.</param>
    public MarkdownFile(string path, string text)
    {
        Path = path;
        Lines = text.ReplaceLineEndings("\n").Split('\n');
        Fences = FindFences(Lines);
        Prose = string.Join('\n', Lines.Select((line, i) => Fences.Any(fence => fence.Opening <= i && i <= fence.Closing) ? "" : line));
    }

    public string Path { get; }

    public string[] Lines { get; }

    public IReadOnlyList<Fence> Fences { get; }

    /// <summary>The text with empty lines in place of fenced blocks.</summary>
    public string Prose { get; }

    /// <summary>The lines of a block.</summary>
    public IReadOnlyList<string> Content(Fence fence) => Lines[(fence.Opening + 1)..fence.Closing];

    /// <summary>Something that is wrong at a line.</summary>
    /// <param name="line">Its index.</param>
    /// <param name="message">A sentence.</param>
    public Problem ProblemAt(int line, string message) => new(Path, line + 1, message);

    /// <summary>The index of the line of a character.</summary>
    public static int LineOf(string text, int character) => text.AsSpan(0, character).Count('\n');

    private static List<Fence> FindFences(string[] lines)
    {
        var fences = new List<Fence>();
        Match? opening = null;
        var start = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var match = FenceLine().Match(lines[i]);
            if (!match.Success) continue;
            if (opening is null)
            {
                (opening, start) = (match, i);
            }
            else if (match.Groups["info"].Length == 0 && match.Groups["fence"].Length >= opening.Groups["fence"].Length)
            {
                fences.Add(new Fence(opening.Groups["info"].Value, start, i));
                opening = null;
            }
        }

        // A block that is never closed reaches to the end.
        if (opening is not null) fences.Add(new Fence(opening.Groups["info"].Value, start, lines.Length));
        return fences;
    }

    [GeneratedRegex("^\\s*(?<fence>`{3,})\\s*(?<info>[^`]*?)\\s*$")]
    private static partial Regex FenceLine();
}
