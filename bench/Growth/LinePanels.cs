// Draws small line plots side by side as one SVG.

using System.Globalization;
using System.Net;
using System.Text;

namespace VaeFromScratch.Bench;

/// <summary>How the values of a plot are laid out upwards.</summary>
internal enum VerticalScale
{
    /// <summary>Shares, from 0 to 100 %.</summary>
    Percent,

    /// <summary>Positive numbers, each decade as high as the other.</summary>
    Logarithmic,
}

/// <summary>One plot. Its x axis is logarithmic with a tick at each point.</summary>
/// <param name="XTitle">Name of the x axis.</param>
/// <param name="YTitle">Name of the y axis.</param>
/// <param name="Scale">The y axis.</param>
/// <param name="Points">The points, x ascending.</param>
/// <param name="Marked">The point to stand out, or -1.</param>
internal sealed record LinePanel(string XTitle, string YTitle, VerticalScale Scale, IReadOnlyList<(double X, double Y)> Points, int Marked);

/// <summary>Lays panels out in rows and writes them as SVG. The figure brings its own background, so that it can be read on any page.</summary>
internal static class LinePanels
{
    private const int PlotWidth = 190, PlotHeight = 150, Left = 56, Right = 16, Top = 22, Bottom = 56;
    private const int CellWidth = Left + PlotWidth + Right, CellHeight = Top + PlotHeight + Bottom;
    private const int Header = 34;

    // Two labels closer than this would touch.
    private const double LabelSpace = 27;
    private const string Line = "#1f5fa8", Mark = "#c2410c", Ink = "#222", Faint = "#d9d9d9";

    /// <summary>The figure.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="panels">The panels, row by row.</param>
    /// <param name="columns">Panels of a row.</param>
    public static string Draw(string title, IReadOnlyList<LinePanel> panels, int columns)
    {
        var (width, height) = (columns * CellWidth, Header + (panels.Count + columns - 1) / columns * CellHeight);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="11" fill="{Ink}">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <rect width="{width}" height="{height}" fill="#fff"/>
            <text x="{Left}" y="22" font-size="14" font-weight="bold">{WebUtility.HtmlEncode(title)}</text>

            """);
        for (var i = 0; i < panels.Count; i++) Draw(svg, panels[i], i % columns * CellWidth + Left, Header + i / columns * CellHeight + Top);
        svg.Append("</svg>\n");
        return svg.ToString().ReplaceLineEndings("\n");
    }

    private static void Draw(StringBuilder svg, LinePanel panel, int left, int top)
    {
        double minX = Math.Log(panel.Points[0].X), maxX = Math.Log(panel.Points[^1].X);
        double X(double x) => left + (maxX > minX ? (Math.Log(x) - minX) / (maxX - minX) : 0.5) * PlotWidth;
        var (ticks, bottomValue, topValue) = VerticalTicks(panel);
        double Height(double y) => panel.Scale == VerticalScale.Percent ? Math.Min(y, 1) : Math.Log(y);
        double Y(double y) => top + PlotHeight * (1 - (Height(y) - Height(bottomValue)) / (Height(topValue) - Height(bottomValue)));

        Text(svg, left - Left + 14, top - 8, panel.YTitle, "start", Ink);
        foreach (var tick in ticks)
        {
            Segment(svg, left, Y(tick), left + PlotWidth, Y(tick), Faint, "");
            Text(svg, left - 7, Y(tick) + 4, panel.Scale == VerticalScale.Percent ? tick.ToString("0 %", CultureInfo.InvariantCulture) : tick.ToString("0.###", CultureInfo.InvariantCulture), "end", Ink);
        }

        var lastLabel = double.NegativeInfinity;
        for (var i = 0; i < panel.Points.Count; i++)
        {
            var x = X(panel.Points[i].X);
            Segment(svg, x, top + PlotHeight, x, top + PlotHeight + 4, Ink, "");
            // The last label always has its place, and the others what is left of it.
            var isLast = i == panel.Points.Count - 1;
            if (!isLast && (x - lastLabel < LabelSpace || X(panel.Points[^1].X) - x < LabelSpace)) continue;
            Text(svg, x, top + PlotHeight + 17, Short(panel.Points[i].X), "middle", Ink);
            lastLabel = x;
        }

        Segment(svg, left, top + PlotHeight, left + PlotWidth, top + PlotHeight, Ink, "");
        Text(svg, left + PlotWidth / 2.0, top + PlotHeight + 34, panel.XTitle, "middle", Ink);

        if (panel.Marked >= 0) Segment(svg, X(panel.Points[panel.Marked].X), top, X(panel.Points[panel.Marked].X), top + PlotHeight, Mark, " stroke-dasharray=\"3 3\"");
        svg.Append(CultureInfo.InvariantCulture,
            $"<polyline fill=\"none\" stroke=\"{Line}\" stroke-width=\"2\" points=\"{string.Join(' ', panel.Points.Select(point => Pair(X(point.X), Y(point.Y))))}\"/>\n");
        for (var i = 0; i < panel.Points.Count; i++)
        {
            var (x, y) = (X(panel.Points[i].X), Y(panel.Points[i].Y));
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:f1}\" cy=\"{y:f1}\" r=\"3.2\" fill=\"{(i == panel.Marked ? Mark : Line)}\"/>\n");
        }
    }

    private static (IReadOnlyList<double> Ticks, double Bottom, double Top) VerticalTicks(LinePanel panel)
    {
        if (panel.Scale == VerticalScale.Percent) return ([0, 0.25, 0.5, 0.75, 1], 0, 1);
        double low = panel.Points.Min(point => point.Y), high = panel.Points.Max(point => point.Y);
        List<double> all = [];
        for (var exponent = (int)Math.Floor(Math.Log10(low)); exponent <= (int)Math.Ceiling(Math.Log10(high)); exponent++)
            all.AddRange(new[] { 1.0, 2, 5 }.Select(digit => digit * Math.Pow(10, exponent)));
        var (bottom, top) = (all.Last(tick => tick <= low * 1.0001), all.First(tick => tick >= high * 0.9999));
        if (top <= bottom) top = all.First(tick => tick > bottom * 1.0001);
        // Over many decades the tens alone are enough.
        var ticks = all.Where(tick => tick >= bottom * 0.9999 && tick <= top * 1.0001);
        double[] shown = [.. top / bottom > 200 ? ticks.Where(tick => Math.Abs(Math.Log10(tick) - Math.Round(Math.Log10(tick))) < 1e-9) : ticks];
        return (shown, bottom, top);
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        >= 6_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };

    private static string Pair(double x, double y) => FormattableString.Invariant($"{x:f1},{y:f1}");

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string color) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:f1}\" y=\"{y:f1}\" text-anchor=\"{anchor}\" fill=\"{color}\">{WebUtility.HtmlEncode(text)}</text>\n");

    private static void Segment(StringBuilder svg, double x1, double y1, double x2, double y2, string color, string extra) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:f1}\" y1=\"{y1:f1}\" x2=\"{x2:f1}\" y2=\"{y2:f1}\" stroke=\"{color}\"{extra}/>\n");
}
