// What the page says of the report as a whole and of a model.

using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReportText
{
    /// <summary>Held-out class and cell of a detailed model.</summary>
    public static string Model(ModelDetail detail) => $"Held out: {Html.Class(detail.Run.HeldOut)} <small>latent {Html.Number(detail.Run.Latent)}, β {Html.Number(detail.Run.Beta, "0.######")}</small>";

    /// <summary>What the report is made of.</summary>
    public static string Introduction(ReportData report)
    {
        var seeds = report.Runs.Select(run => run.Seed).Distinct().Count();
        var data = report.IsSample ? "the sample of Fashion-MNIST that comes with the program, too small for conclusions" : "Fashion-MNIST";
        var classes = report.Grids.Count == 1 ? $"class {Html.Class(report.Grids[0].HeldOut!.Value)}" : $"one of {Html.Number(report.Grids.Count)} classes";
        return $"<p>{Count(report.Runs.Count, "model")} on {data}, under {Count(seeds, "seed")}: each was trained without {classes}, on the other nine, and is tested on all test images, "
            + "of which those of the class it has never seen are the anomalies. An image's score is the mean squared error of its reconstruction; the AUC-ROC is the chance that an anomaly "
            + "scores higher than a normal image.</p>\n";
    }

    /// <summary>How the detailed models were chosen.</summary>
    public static string Choice(ReportData report)
    {
        var reference = new Vae.TrainingSettings();
        var others = report.Details.Any(detail => detail.Run.Latent != reference.Latent || detail.Run.Beta != reference.Beta);
        var rule = $"<p><b>Which model is shown in detail.</b> Of each held-out class the reference, latent {Html.Number(reference.Latent)} and beta {Html.Number(reference.Beta, "0.######")}";
        return rule + (others ? "; where it was not trained, the cell with the lowest sum of cross-entropy and KL divergence on its training images. " : ". ")
            + "No anomaly has a say in it. Of several seeds the lowest is shown, but for the ROC curves, which show all.</p>\n";
    }

    /// <summary>A number with what it counts.</summary>
    public static string Count(int count, string what) => $"{Html.Number(count)} {what}{(count == 1 ? "" : "s")}";
}
