// Pieces of HTML that is XML too: text, numbers, figures, images.

using System.Globalization;
using System.Net;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli.Report;

internal static class Html
{
    private const char Minus = '\u2212';

    /// <summary>Text without markup.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number for people: a minus sign and not a hyphen, which is shorter than a digit in many fonts.</summary>
    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', Minus);

    /// <summary>A whole number.</summary>
    public static string Number(int value) => Number(value, "0");

    /// <summary>A number for attributes.</summary>
    public static string Attribute(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Number and name of a class.</summary>
    public static string Class(int label) => $"{Number(label)} {Text(FashionMnist.ClassNames[label])}";

    /// <summary>Names in a row, as <c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";

    /// <summary>A figure: its heading, what is drawn, what to see in it, and the command that makes it.</summary>
    /// <param name="id">Where links lead.</param>
    /// <param name="title">Heading.</param>
    /// <param name="body">What is drawn, as HTML.</param>
    /// <param name="caption">What to see, as HTML.</param>
    /// <param name="commands">Commands.</param>
    public static string Figure(string id, string title, string body, string caption, params IEnumerable<string> commands) =>
        $"<section id=\"{id}\">\n<h2>{Text(title)}</h2>\n<figure>\n{body}<figcaption>{caption}\n{Commands(commands)}</figcaption>\n</figure>\n</section>\n";

    /// <summary>Commands, one a line.</summary>
    public static string Commands(IEnumerable<string> commands) =>
        $"<p class=\"commands\">Made by: {string.Join(", then ", commands.Select(command => $"<code>{Text(command)}</code>"))}</p>\n";

    /// <summary>Charts side by side, as many as fit.</summary>
    public static string Panels(IEnumerable<string> panels) => $"<div class=\"panels\">\n{string.Concat(panels)}</div>\n";

    /// <summary>A chart under its heading.</summary>
    public static string Panel(string heading, string body) => $"<div class=\"panel\">\n<h3>{heading}</h3>\n{body}</div>\n";

    /// <summary>An image in the page itself.</summary>
    public static string Image(byte[] png, string description, int width, int height) =>
        $"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" alt=\"{Text(description)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" />";
}
