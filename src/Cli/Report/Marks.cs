// How classes are drawn: five colours, each with two shapes, and a shape and colour of its own for the held-out class.

namespace VaeFromScratch.Cli.Report;

internal static class Marks
{
    /// <summary>The style of the held-out class.</summary>
    public const string HeldOut = "heldout";

    /// <summary>A cross.</summary>
    public const string Cross = "m-3.5-3.5l7 7m0-7l-7 7";

    private const int Colours = 5;

    private static readonly string[] Shapes = ["m0-3l3 3l-3 3l-3-3z", "m-2.5-2.5h5v5h-5z", "m0-3.5l3.5 6h-7z", "m0 3.5l3.5-6h-7z"];

    /// <summary>The style of a class, or of the n-th line: a colour; from the sixth on, lines are dashed.</summary>
    public static string Style(int n) => $"c{Html.Number(n % Colours)}{(n / Colours % 2 == 0 ? "" : " dashed")}";

    /// <summary>The shape of a class: points of one colour have two.</summary>
    public static string Shape(int label) => Shapes[label / Colours % 2];

    /// <summary>The n-th of four shapes.</summary>
    public static string NthShape(int n) => Shapes[n % Shapes.Length];

    /// <summary>A mark as it is in the chart, with a name behind it.</summary>
    public static string Key(string shape, string style, string name) =>
        $"<span class=\"key\"><svg viewBox=\"-6 -6 12 12\" aria-hidden=\"true\"><path class=\"marks {style}\" d=\"M0 0{shape}\" /></svg>{Html.Text(name)}</span>\n";

    /// <summary>A line as it is in the chart, with a name behind it.</summary>
    public static string LineKey(string style, string name) =>
        $"<span class=\"key\"><svg class=\"wide\" viewBox=\"0 0 28 12\" aria-hidden=\"true\"><path class=\"line {style}\" d=\"M1 6H27\" /></svg>{Html.Text(name)}</span>\n";

    /// <summary>Keys in a row.</summary>
    public static string Legend(IEnumerable<string> keys) => $"<p class=\"legend\">{string.Concat(keys)}</p>\n";
}
