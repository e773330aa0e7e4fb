// ROC curves of the detailed models.

using System.Globalization;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class RocFigure
{
    public static string Format(ReportData report)
    {
        var several = report.Details.Any(detail => detail.Runs.Count > 1);
        var single = report.Details.Any(detail => detail.Runs.Count == 1);
        var bands = (several, single) switch
        {
            (true, false) => "The line is the mean over the seeds, the band reaches from the lowest to the highest seed at each false-positive rate. It does not tell of the choice of the test images",
            (false, true) => "The band is the 95 % interval of a binomial share (Wilson) at each false-positive rate by itself. It tells of the choice of the anomalies, not of the seed",
            _ => "Of several seeds, the line is their mean and the band reaches from the lowest to the highest; of a single one, the band is the 95 % interval of a binomial share (Wilson); either at each false-positive rate by itself",
        };
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
            .Area([.. points.Select(point => (point.FalsePositiveRate, point.Low)), .. points.Reverse().Select(point => (point.FalsePositiveRate, point.High))], "normal")
            .Line(points.Select(point => (point.FalsePositiveRate, point.TruePositiveRate)), "normal");
        plot.Text(plot.Right - 6, plot.Y(0.06), "end", $"AUC {Html.Number(auroc, "0.000")}{(seeds > 1 ? $", {Html.Number(seeds)} seeds" : "")}", "figure");
        return Html.Panel(ReportText.Model(detail), plot.ToString());
    }
}
