// Losses of training by epoch.

using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class TrainingFigure
{
    private const double LabelRoom = 74;

    public static string Format(ReportData report)
    {
        var several = report.Details.Count > 1;
        var which = several ? "A line for the detailed model of each held-out class, named by its number."
            : "A line for each beta, at the latent dimension of the detailed model.";
        var caption = $"<p>Means over the training images of an epoch, in nats. {which} See which of the two parts of the loss settles first, and what is gained "
            + "later. Where a line is still falling at its end, more epochs would reconstruct better, which need not detect better.</p>";
        var panels = new[]
        {
            Html.Panel("Reconstruction (cross-entropy)", Chart(report, "Reconstruction loss by epoch", epoch => epoch.Reconstruction)),
            Html.Panel("KL divergence", Chart(report, "KL divergence by epoch", epoch => epoch.Kl)),
        };
        var legend = several ? Marks.Legend(report.Training.Select((curve, i) => Marks.LineKey(Marks.Style(i), $"{curve.Name} {FashionMnist.ClassNames[report.Details[i].Run.HeldOut]}"))) : "";
        return Html.Figure("training", "Training", legend + Html.Panels(panels), caption, ReportCommands.OfDetails(report));
    }

    private static string Chart(ReportData report, string description, Func<EpochMetrics, double> figure)
    {
        var all = report.Training.SelectMany(curve => curve.Epochs).ToArray();
        var (low, high) = (all.Min(figure), all.Max(figure));
        if (high <= low) high = low + 1;
        var epochs = Math.Max(2, all.Max(epoch => epoch.Epoch));
        var plot = new Plot(description, new Axis("epoch", 1, epochs), new Axis("nats", low - (high - low) * 0.04, high + (high - low) * 0.04),
            report.Details.Count > 1 ? 28 : LabelRoom);
        foreach (var (i, curve) in report.Training.Index()) plot.Line(curve.Epochs.Select(epoch => ((double)epoch.Epoch, figure(epoch))), Marks.Style(i));
        return plot.EndLabels(report.Training.Select(curve => (figure(curve.Epochs[^1]), curve.Name))).ToString();
    }
}
