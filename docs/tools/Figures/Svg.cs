// Writes a figure as SVG: the few shapes that the figures need, and text with subscripts and bars.

using System.Globalization;
using System.Net;
using System.Text;

namespace VaeFromScratch.Docs.Figures;

/// <summary>Which side of a text lies at its x.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A figure under way. It brings its own white background, so that it can be read on any page.</summary>
/// <remarks>
/// Numbers are written with two decimals at the most and whatever the language of the machine, so that the same figure is the same bytes. Text is
/// never smaller than <see cref="SmallestText"/> where the figure is as wide as <see cref="Width"/>. In a text <c>_</c> and <c>^</c> lower and raise the
/// next character or the next <c>{group}</c>, and <c>¯</c> puts a bar over the next character.
/// </remarks>
internal sealed class Svg
{
    /// <summary>Width of every figure.</summary>
    public const int Width = 700;

    /// <summary>The smallest text.</summary>
    public const double SmallestText = 11;

    public const string Ink = "#222", Faint = "#767676", Rule = "#c9c9c9", White = "#fff";
    public const string Forward = "#1f5fa8", ForwardTint = "#e3edf8", Backward = "#c2410c", BackwardTint = "#fdeadd";
    private const string Monospace = "Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    private const double HeadLength = 9, HeadHalfWidth = 4;

    private readonly StringBuilder _text = new();

    /// <summary>Begins a figure.</summary>
    /// <param name="height">Its height.</param>
    /// <param name="title">What it is, for those who cannot see it.</param>
    public Svg(int height, string title) => _text.Append(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <rect width="{Width}" height="{height}" fill="{White}"/>

        """);

    /// <summary>A number as it stands in a figure.</summary>
    // The sum turns minus zero into zero.
    public static string Number(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The whole figure, with line feeds alone.</summary>
    public string Finish() => (_text + "</svg>\n").ReplaceLineEndings("\n");

    public void Rectangle(double x, double y, double width, double height, string fill, string stroke = "none", double radius = 0, string more = "") =>
        Element($"rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" rx=\"{Number(radius)}\" fill=\"{fill}\" stroke=\"{stroke}\"{more}");

    public void Ellipse(double x, double y, double radiusX, double radiusY, string fill, string stroke = "none", string more = "") =>
        Element($"ellipse cx=\"{Number(x)}\" cy=\"{Number(y)}\" rx=\"{Number(radiusX)}\" ry=\"{Number(radiusY)}\" fill=\"{fill}\" stroke=\"{stroke}\"{more}");

    public void Circle(double x, double y, double radius, string fill, string stroke = "none", string more = "") => Ellipse(x, y, radius, radius, fill, stroke, more);

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, string more = "") =>
        Element($"line x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" stroke=\"{stroke}\" stroke-width=\"{Number(width)}\"{more}");

    public void Path(string steps, string fill, string stroke, double width = 1, string more = "") =>
        Element($"path d=\"{steps}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{Number(width)}\"{more}");

    /// <summary>An arrow from point to point.</summary>
    public void Arrow(string stroke, params ReadOnlySpan<(double X, double Y)> points) => Arrow(stroke, false, points);

    /// <summary>An arrow with a white rim, that parts it from what it crosses.</summary>
    public void ArrowAcross(string stroke, params ReadOnlySpan<(double X, double Y)> points) => Arrow(stroke, true, points);

    /// <summary>A line of text; y is its baseline.</summary>
    public void Text(double x, double y, string text, double size = 13, Anchor anchor = Anchor.Start, string color = Ink, bool bold = false, string more = "")
    {
        Open(x, y, size, anchor, color, (bold ? " font-weight=\"bold\"" : "") + more);
        Runs(text, size);
        _text.Append("</text>\n");
    }

    /// <summary>Text on lines one below the other.</summary>
    public void Lines(double x, double y, double lineHeight, string color, params ReadOnlySpan<string> lines)
    {
        for (var i = 0; i < lines.Length; i++) Text(x, y + i * lineHeight, lines[i], color: color);
    }

    /// <summary>A name of the code.</summary>
    public void Code(double x, double y, string text, double size = 12, Anchor anchor = Anchor.Start, string color = Ink)
    {
        Open(x, y, size, anchor, color, $" font-family=\"{Monospace}\"");
        _text.Append(WebUtility.HtmlEncode(text)).Append("</text>\n");
    }

    /// <summary>Text that is to be read on lines and colours: it has a white rim.</summary>
    public void Label(double x, double y, string text, double size = 12, Anchor anchor = Anchor.Middle, string color = Ink, bool bold = false) =>
        Text(x, y, text, size, anchor, color, bold, $" stroke=\"{White}\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"");

    /// <summary>What follows is seen inside a rectangle only, until <see cref="EndGroup"/>.</summary>
    public void BeginClip(string id, double x, double y, double width, double height)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"{id}\"><rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"/></clipPath>\n");
        _text.Append(CultureInfo.InvariantCulture, $"<g clip-path=\"url(#{id})\">\n");
    }

    /// <summary>What follows has its origin and its unit elsewhere, until <see cref="EndGroup"/>.</summary>
    public void BeginFrame(double x, double y, double scale) =>
        _text.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({Number(x)} {Number(y)}) scale({Number(scale)})\">\n");

    public void EndGroup() => _text.Append("</g>\n");

    /// <summary>A point of a path.</summary>
    public static string Pair(double x, double y) => $"{Number(x)} {Number(y)}";

    private void Arrow(string stroke, bool hasRim, ReadOnlySpan<(double X, double Y)> points)
    {
        var (end, before) = (points[^1], points[^2]);
        var length = Math.Sqrt((end.X - before.X) * (end.X - before.X) + (end.Y - before.Y) * (end.Y - before.Y));
        var (dx, dy) = ((end.X - before.X) / length, (end.Y - before.Y) / length);
        var neck = (X: end.X - HeadLength * dx, Y: end.Y - HeadLength * dy);

        var steps = new StringBuilder();
        for (var i = 0; i < points.Length; i++)
        {
            var point = i == points.Length - 1 ? neck : points[i];
            steps.Append(i == 0 ? "M" : "L").Append(Pair(point.X, point.Y));
        }

        if (hasRim) Path(steps.ToString(), "none", White, 5);
        Path(steps.ToString(), "none", stroke, 1.8);
        Path($"M{Pair(end.X, end.Y)}L{Pair(neck.X - HeadHalfWidth * dy, neck.Y + HeadHalfWidth * dx)}L{Pair(neck.X + HeadHalfWidth * dy, neck.Y - HeadHalfWidth * dx)}Z", stroke, "none");
    }

    private void Element(string content) => _text.Append('<').Append(content).Append("/>\n");

    private void Open(double x, double y, double size, Anchor anchor, string color, string more)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, SmallestText);
        var side = anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => "" };
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(x)}\" y=\"{Number(y)}\" font-size=\"{Number(size)}\" fill=\"{color}\"{side}{more}>");
    }

    // The text as pieces of one height each.
    private void Runs(string text, double size)
    {
        var height = 0.0;
        for (var i = 0; i < text.Length;)
        {
            var mark = text[i];
            if (mark is '_' or '^' or '¯')
            {
                var isGroup = text[i + 1] == '{';
                var end = isGroup ? text.IndexOf('}', i) : i + 2;
                // A combining mark belongs to the character before it.
                while (!isGroup && end < text.Length && CharUnicodeInfo.GetUnicodeCategory(text[end]) == UnicodeCategory.NonSpacingMark) end++;
                var piece = text[(isGroup ? i + 2 : i + 1)..end];
                if (mark == '¯') Piece(piece, 0, size, " text-decoration=\"overline\"");
                else Piece(piece, (mark == '_' ? 0.25 : -0.35) * size, Math.Max(SmallestText, 0.75 * size), "");
                i = isGroup ? end + 1 : end;
            }
            else
            {
                var end = text.AsSpan(i).IndexOfAny('_', '^', '¯') is var next and >= 0 ? i + next : text.Length;
                Piece(text[i..end], 0, size, "");
                i = end;
            }
        }

        void Piece(string piece, double newHeight, double pieceSize, string more)
        {
            var isPlain = newHeight == height && pieceSize == size && more.Length == 0;
            if (!isPlain) _text.Append(CultureInfo.InvariantCulture, $"<tspan dy=\"{Number(newHeight - height)}\" font-size=\"{Number(pieceSize)}\"{more}>");
            // Some programs drop the spaces at the edges of a piece, but not these.
            _text.Append(WebUtility.HtmlEncode(isPlain ? piece : piece.Replace(' ', '\u00a0')));
            if (!isPlain) _text.Append("</tspan>");
            height = newHeight;
        }
    }
}
