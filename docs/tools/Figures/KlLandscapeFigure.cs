// The divergence of one latent dimension from the prior, over its mean and its log variance: contours, the minimum, and steps against the gradient.

using System.Globalization;
using System.Text;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Docs.Figures;

internal static class KlLandscapeFigure
{
    private const int Height = 556;
    private const double X0 = 66, Y0 = 64, PlotWidth = 440, PlotHeight = 430;
    private const double MostMu = 3.5, LeastLogVar = -6, MostLogVar = 3;

    // Half of a closed contour is drawn through so many points.
    private const int PointsOfContour = 60;

    // How far the arrows go.
    private const double StepSize = 0.5;

    private static readonly double[] Levels = [0.25, 0.5, 1, 2, 4, 8];

    // Below each level, and above the last.
    private static readonly string[] Colors = ["#ffffff", "#e6f0f9", "#cfe1f2", "#aecfe8", "#86b6dc", "#5e9bcb", "#3c7eb8"];

    private static readonly (double Mu, double LogVar)[] Starts = [(2.8, 1.9), (-2.8, 1.9), (3.1, -1.2), (-3.1, -1.2), (2.6, -4.6), (-2.6, -4.6), (1.1, -3.6), (-1.1, -3.6)];

    public static string Draw()
    {
        var svg = new Svg(Height, "The KL divergence over mu and logVar");
        svg.Text(X0, 26, "KL of N(μ, e^s) from N(0, 1), in nats", 16, bold: true);
        svg.BeginClip("plot", X0, Y0, PlotWidth, PlotHeight);
        svg.Rectangle(X0, Y0, PlotWidth, PlotHeight, Colors[^1]);
        for (var i = Levels.Length - 1; i >= 0; i--) svg.Path(Contour(Levels[i]), Colors[i], Svg.Forward, 0.8);
        svg.Line(X(0), Y0, X(0), Y0 + PlotHeight, Svg.Faint, 0.8, " stroke-dasharray=\"2 4\"");
        svg.Line(X0, Y(0), X0 + PlotWidth, Y(0), Svg.Faint, 0.8, " stroke-dasharray=\"2 4\"");
        svg.EndGroup();

        foreach (var level in Levels)
        {
            // Where the contour crosses mu = 0: below, or above where that is too far away; the legend has those that are too far away on both sides.
            var (low, high) = Crossings(level);
            if (high > MostLogVar - 0.3) continue;
            svg.Label(X(0), Y(low > LeastLogVar + 0.5 ? low : high) + 4, level.ToString(CultureInfo.InvariantCulture), 12, color: Svg.Forward, bold: true);
        }

        foreach (var (mu, logVar) in Starts)
        {
            var (dMu, dLogVar) = Gradient(mu, logVar);
            svg.Circle(X(mu), Y(logVar), 2.6, Svg.Backward);
            svg.Arrow(Svg.Backward, (X(mu), Y(logVar)), (X(mu - StepSize * dMu), Y(logVar - StepSize * dLogVar)));
        }

        svg.Circle(X(0), Y(0), 4.5, Svg.Ink, Svg.White);
        svg.Label(X(0) + 8, Y(0) - 6, "0", 13, Anchor.Start, bold: true);
        Axes(svg);
        Explanation(svg);
        return svg.Finish();
    }

    private static void Axes(Svg svg)
    {
        const double bottom = Y0 + PlotHeight, right = X0 + PlotWidth;
        svg.Rectangle(X0, Y0, PlotWidth, PlotHeight, "none", Svg.Ink);
        for (var mu = -3; mu <= 3; mu++)
        {
            svg.Line(X(mu), bottom, X(mu), bottom + 5, Svg.Ink);
            svg.Text(X(mu), bottom + 19, Signed(mu), 12, Anchor.Middle);
        }

        svg.Text(X(0), bottom + 40, "μ  (mu)", 14, Anchor.Middle);
        for (var logVar = (int)LeastLogVar; logVar <= MostLogVar; logVar++)
        {
            svg.Line(X0 - 5, Y(logVar), X0, Y(logVar), Svg.Ink);
            svg.Text(X0 - 9, Y(logVar) + 4, Signed(logVar), 12, Anchor.End);
        }

        svg.Text(X0 - 9, Y0 - 12, "s  (logVar)", 14, Anchor.Middle);
        foreach (var (logVar, sigma) in new[] { (-4.6052, "0.1"), (-2.7726, "0.25"), (-1.3863, "0.5"), (0, "1"), (1.3863, "2"), (2.7726, "4") })
        {
            svg.Line(right, Y(logVar), right + 5, Y(logVar), Svg.Ink);
            svg.Text(right + 9, Y(logVar) + 4, sigma, 12);
        }

        svg.Text(right + 6, Y0 - 12, "σ", 14);
    }

    private static void Explanation(Svg svg)
    {
        const double x = 556;
        var y = Y0 + 12;
        svg.Text(x, y, "KL below", 13, bold: true);
        for (var i = 0; i < Colors.Length; i++)
        {
            y += 22;
            svg.Rectangle(x, y - 12, 26, 16, Colors[i], Svg.Forward);
            svg.Text(x + 34, y + 1, i < Levels.Length ? Levels[i].ToString(CultureInfo.InvariantCulture) : "8 and more", 13);
        }

        y += 40;
        svg.Circle(x + 5, y - 4, 4.5, Svg.Ink);
        svg.Lines(x + 18, y, 17, Svg.Ink, "the minimum, 0:", "q is the prior");
        y += 52;
        svg.Arrow(Svg.Backward, (x, y - 4), (x + 24, y - 4));
        svg.Lines(x + 32, y, 17, Svg.Backward, "a step of 0.5", "against the", "gradient,", "(7.10), (7.11)");
        y += 96;
        svg.Text(x, y, "At μ = 0", 13, bold: true);
        foreach (var logVar in new[] { 2.0, 1, -1, -2 })
        {
            y += 19;
            svg.Text(x, y, $"s = {Signed(logVar)}", 13);
            svg.Text(x + 50, y, $"costs {Value(0, logVar).ToString("0.00", CultureInfo.InvariantCulture)}", 13);
        }
    }

    // A closed curve: at each s between the two crossings, mu = +-sqrt(2 (level - KL(0, s))), by (7.8).
    private static string Contour(double level)
    {
        var (low, high) = Crossings(level);
        var steps = new StringBuilder();
        for (var i = 0; i <= 2 * PointsOfContour; i++)
        {
            // Points lie close together near the crossings, where the curve turns.
            var share = Math.Abs(i - PointsOfContour) / (double)PointsOfContour;
            var logVar = low + (high - low) * share * share * (3 - 2 * share);
            var mu = Math.Sqrt(Math.Max(0, 2 * (level - Value(0, logVar))));
            steps.Append(i == 0 ? 'M' : 'L').Append(Svg.Pair(X(i < PointsOfContour ? -mu : mu), Y(logVar)));
        }

        return steps.Append('Z').ToString();
    }

    // The two s with KL(0, s) = level, one on each side of 0, by halving.
    private static (double Low, double High) Crossings(double level)
    {
        return (Find(-2 * level - 2), Find(2 * level + 2));

        double Find(double outside)
        {
            var inside = 0.0;
            for (var i = 0; i < 60; i++)
            {
                var half = (inside + outside) / 2;
                if (Value(0, half) < level) inside = half;
                else outside = half;
            }

            return inside;
        }
    }

    private static double Value(double mu, double logVar)
    {
        Span<double> kl = [0];
        GaussianKl.Forward(One(mu), One(logVar), kl);
        return kl[0];
    }

    private static (double Mu, double LogVar) Gradient(double mu, double logVar)
    {
        var (dMu, dLogVar) = (One(0), One(0));
        GaussianKl.Backward(One(mu), One(logVar), 1, dMu, dLogVar);
        return (dMu[0, 0], dLogVar[0, 0]);
    }

    private static Matrix<double> One(double value)
    {
        var matrix = new Matrix<double>(1, 1);
        matrix[0, 0] = value;
        return matrix;
    }

    private static string Signed(double value) => Svg.Number(value).Replace('-', '\u2212');

    private static double X(double mu) => X0 + (mu + MostMu) / (2 * MostMu) * PlotWidth;

    private static double Y(double logVar) => Y0 + (MostLogVar - logVar) / (MostLogVar - LeastLogVar) * PlotHeight;
}
