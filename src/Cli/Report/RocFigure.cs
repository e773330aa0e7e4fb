// ROC curves of the detailed models.

using System.Globalization;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class RocFigure
{
    public static string Format(ReportData report)
    {
        var seeds = report.Details.Any(detail => detail.Runs.Count > 1) ? "; the darker one within it, often too narrow to be seen, reaches from the lowest to the highest seed, and the line is their mean" : "";
        var bands = $"The band is at each false-positive rate by itself the 95 % interval of a binomial share (Wilson): what another choice of anomalies could have given{seeds}";
        var caption = $"<p>Share of the anomalies found against the share of false alarms, as the threshold on the error falls. {bands}. "
            + "The dashed diagonal is chance. A curve that begins steeply finds many anomalies at few false alarms; one that crosses the diagonal ranks part of the class "
            + "it has never seen as more normal than the normal images.</p>";
        return Html.Figure("roc", "ROC curves", Html.Panels(report.Details.Select(Panel)), caption, ReportCommands.OfDetails(report));
    }

    private static string Panel(ModelDetail detail)
    {
        var auroc = detail.Roc.Aurocs.Average();
        var seeds = detail.Roc.Aurocs.Length;
        var points = detail.Roc.Points;
        var name = $"Held out {Html.Number(detail.Run.HeldOut)}: AUC-ROC {auroc.ToString("0.000", CultureInfo.InvariantCulture)}";
        var plot = new Plot($"ROC curve. {name}", new Axis("false-positive rate", 0, 1), new Axis("true-positive rate", 0, 1))
            .Line([(0, 0), (1, 1)], "chance")
            .Area(Band(detail.Roc, point => point.Low, point => point.High), "normal")
            .Area(Band(detail.Roc, point => point.LowestSeed, point => point.HighestSeed), "normal seeds")
            .Line(points.Select(point => (point.FalsePositiveRate, point.TruePositiveRate)), "normal");
        plot.Text(plot.Right - 6, plot.Y(0.06), "end", $"AUC {Html.Number(auroc, "0.000")}{(seeds > 1 ? $", {Html.Number(seeds)} seeds" : "")}", "figure");
        return Html.Panel(ReportText.Model(detail), plot.ToString());
    }

    private static IEnumerable<(double X, double Y)> Band(RocBand roc, Func<RocBandPoint, double> low, Func<RocBandPoint, double> high) =>
        [.. roc.Points.Select(point => (point.FalsePositiveRate, low(point))), .. roc.Points.Reverse().Select(point => (point.FalsePositiveRate, high(point)))];
}
