// Distributions of the score over normal images and anomalies.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class HistogramFigure
{
    public static string Format(ReportData report)
    {
        const string caption = "<p>Distribution of the mean squared error over the test images, each kind's shares adding up to 1; the dotted lines are the medians. The less the two "
            + "overlap, the better a threshold can tell them apart. Where the dashed line lies to the left, the model reconstructs the class it has never seen better than the ones "
            + "it was trained on. The last bin also holds every higher score, 0.5 % of the images.</p>";
        var legend = Marks.Legend([Marks.LineKey("normal", "normal images"), Marks.LineKey("anomalous", "anomalies")]);
        return Html.Figure("histograms", "Score histograms", legend + Html.Panels(report.Details.Select(Panel)), caption, ReportCommands.OfDetails(report));
    }

    private static string Panel(ModelDetail detail)
    {
        var histogram = detail.Histogram;
        var top = Math.Max(histogram.Normal.Max(), histogram.Anomalous.Max()) * 1.08;
        var description = $"Histograms. Held out {Html.Number(detail.Run.HeldOut)}: median error of normal images {Html.Number(histogram.NormalMedian, "0.0000")}, "
            + $"of anomalies {Html.Number(histogram.AnomalousMedian, "0.0000")}";
        var plot = new Plot(description, new Axis("mean squared error", Math.Min(0, histogram.Low), histogram.High), new Axis("share of images", 0, top, IsPercent: true))
            .Area(Steps(histogram, histogram.Normal), "normal")
            .Line(Steps(histogram, histogram.Normal), "normal")
            .Line(Steps(histogram, histogram.Anomalous), "anomalous")
            .Line(Upright(histogram.NormalMedian, histogram, top), "normal median")
            .Line(Upright(histogram.AnomalousMedian, histogram, top), "anomalous median");
        return Html.Panel(ReportText.Model(detail), plot.ToString());
    }

    private static (double X, double Y)[] Upright(double x, ScoreHistogram histogram, double top) => [(Math.Min(x, histogram.High), 0), (Math.Min(x, histogram.High), top)];

    private static IEnumerable<(double X, double Y)> Steps(ScoreHistogram histogram, ImmutableArray<double> shares)
    {
        double Edge(int i) => histogram.Low + (histogram.High - histogram.Low) * i / shares.Length;
        yield return (Edge(0), 0);
        for (var i = 0; i < shares.Length; i++)
        {
            yield return (Edge(i), shares[i]);
            yield return (Edge(i + 1), shares[i]);
        }

        yield return (Edge(shares.Length), 0);
    }
}
