// A chart as inline SVG: axes, ticks, lines and areas. Its colours are those of the page's style sheet.

using System.Globalization;
using System.Text;

namespace VaeFromScratch.Cli.Report;

/// <summary>The range of an axis and what it is called.</summary>
internal sealed record Axis(string Name, double Low, double High, bool IsPercent = false);

/// <summary>A chart in coordinates of its own, 320 wide; the page makes it as wide as its panel.</summary>
internal sealed class Plot
{
    private const double Width = 320, Height = 240, Left = 50, Top = 10, Bottom = 42;
    private const double Leader = 14;
    private const int MostTicks = 5;

    // Where decimal fractions end; a model that has diverged may go beyond.
    private const double Largest = 1e20;

    private readonly Axis _x, _y;
    private readonly double _right;
    private readonly StringBuilder _svg = new();

    /// <summary>Draws the frame.</summary>
    /// <param name="description">What the chart shows, for those who can't see it.</param>
    /// <param name="x">Horizontal axis.</param>
    /// <param name="y">Vertical axis.</param>
    /// <param name="right">Room on the right, for labels at the ends of lines.</param>
    public Plot(string description, Axis x, Axis y, double right = 12)
    {
        (_x, _y, _right) = (x, y, Width - right);
        _svg.Append($"<svg viewBox=\"0 0 {Html.Attribute(Width)} {Html.Attribute(Height)}\" role=\"img\" aria-label=\"{Html.Text(description)}\">\n");
        foreach (var tick in Ticks(x))
        {
            _svg.Append($"<path class=\"grid\" d=\"M{At(X((double)tick), Top)}V{Html.Attribute(Height - Bottom)}\" />");
            Text(X((double)tick), Height - Bottom + 16, "middle", Label(tick, x));
        }

        foreach (var tick in Ticks(y))
        {
            _svg.Append($"<path class=\"grid\" d=\"M{At(Left, Y((double)tick))}H{Html.Attribute(_right)}\" />");
            Text(Left - 5, Y((double)tick) + 4, "end", Label(tick, y));
        }

        Text((Left + _right) / 2, Height - 6, "middle", x.Name);
        _svg.Append($"<text class=\"name\" text-anchor=\"middle\" transform=\"translate(12 {Html.Attribute((Top + Height - Bottom) / 2)}) rotate(-90)\">{Html.Text(y.Name)}</text>\n");
    }

    /// <summary>Where the plotted area ends on the right.</summary>
    public double Right => _right;

    /// <summary>From a number to its place.</summary>
    public double X(double value) => Left + (value - _x.Low) / (_x.High - _x.Low) * (_right - Left);

    /// <summary>From a number to its place.</summary>
    public double Y(double value) => Height - Bottom - (value - _y.Low) / (_y.High - _y.Low) * (Height - Bottom - Top);

    /// <summary>A line through points.</summary>
    public Plot Line(IEnumerable<(double X, double Y)> points, string style)
    {
        _svg.Append($"<path class=\"line {style}\" d=\"M{Join(points)}\" />\n");
        return this;
    }

    /// <summary>The area within a line that is closed.</summary>
    public Plot Area(IEnumerable<(double X, double Y)> points, string style)
    {
        _svg.Append($"<path class=\"area {style}\" d=\"M{Join(points)}Z\" />\n");
        return this;
    }

    /// <summary>Marks at points, each drawn by the same relative path.</summary>
    public Plot Marks(IEnumerable<(double X, double Y)> points, string shape, string style)
    {
        _svg.Append($"<path class=\"marks {style}\" d=\"{string.Concat(points.Select(point => $"M{At(X(point.X), Y(point.Y))}{shape}"))}\" />\n");
        return this;
    }

    /// <summary>Text at a place of the chart.</summary>
    public Plot Text(double x, double y, string anchor, string text, string style = "")
    {
        var kind = style.Length == 0 ? "" : $" class=\"{style}\"";
        _svg.Append($"<text x=\"{Html.Attribute(x)}\" y=\"{Html.Attribute(y)}\" text-anchor=\"{anchor}\"{kind}>{Html.Text(text)}</text>\n");
        return this;
    }

    /// <summary>Labels at the right ends of lines, moved apart where they would cover each other, and joined to them.</summary>
    public Plot EndLabels(IEnumerable<(double Y, string Text)> labels)
    {
        const double apart = 13;
        var sorted = labels.Select(label => (Place: Y(label.Y), label.Text)).OrderBy(label => label.Place).ToArray();
        var places = sorted.Select(label => label.Place).ToArray();
        for (var i = 1; i < places.Length; i++) places[i] = Math.Max(places[i], places[i - 1] + apart);
        if (places.Length > 0) places[^1] = Math.Min(places[^1], Height - Bottom);
        for (var i = places.Length - 2; i >= 0; i--) places[i] = Math.Min(places[i], places[i + 1] - apart);
        for (var i = 0; i < places.Length; i++)
        {
            _svg.Append($"<path class=\"leader\" d=\"M{At(_right + 1, sorted[i].Place)}L{At(_right + Leader, places[i])}\" />");
            Text(_right + Leader + 2, places[i] + 4, "start", sorted[i].Text);
        }

        return this;
    }

    /// <summary>The whole chart.</summary>
    public override string ToString() => $"{_svg}</svg>\n";

    private string Join(IEnumerable<(double X, double Y)> points) => string.Join('L', points.Select(point => At(X(point.X), Y(point.Y))));

    private static string At(double x, double y) => $"{Html.Attribute(x)} {Html.Attribute(y)}";

    private static string Label(decimal tick, Axis axis) =>
        axis.IsPercent ? Html.Number((double)(tick * 100), "0.##") + " %" : tick.ToString("0.#######", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    // Multiples of 1, 2 or 5 times a power of ten, in decimal fractions, which are exact.
    private static IEnumerable<decimal> Ticks(Axis axis)
    {
        if (!(Math.Abs(axis.Low) < Largest && Math.Abs(axis.High) < Largest)) yield break;
        var (low, high) = ((decimal)axis.Low, (decimal)axis.High);
        var step = 0.000001m;
        decimal[] factors = [2, 2.5m, 2];
        for (var i = 0; (high - low) / step > MostTicks; i++) step *= factors[i % factors.Length];
        for (var tick = Math.Ceiling(low / step) * step; tick <= high; tick += step) yield return tick;
    }
}
