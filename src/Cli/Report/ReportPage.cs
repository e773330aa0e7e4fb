// The report as a page: one file, no scripts, light and dark, for wide screens, phones and paper.

using System.Text;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReportPage
{
    private const string Title = "Anomaly detection by a variational autoencoder";

    private static readonly (string Id, string Name)[] Contents =
    [
        ("scores", "Scores by class"), ("heat-maps", "Latent dimension and beta"), ("verdicts", "Verdicts"), ("roc", "ROC curves"), ("histograms", "Score histograms"),
        ("reconstructions", "Reconstructions"), ("latent-map", "Latent space"), ("rate-distortion", "Reconstruction against KL"), ("training", "Training"),
        ("reproduce", "Reproduce it"),
    ];

    /// <summary>The page.</summary>
    /// <param name="report">What to show.</param>
    /// <param name="imageWidth">Columns of an image.</param>
    public static string Format(ReportData report, int imageWidth)
    {
        string[] sections =
        [
            ScoreTables.Format(report), HeatMaps.Format(report), ClaimsSection.Format(report), RocFigure.Format(report), HistogramFigure.Format(report),
            ExamplesFigure.Format(report, imageWidth), LatentMapFigure.Format(report), RateDistortionFigure.Format(report), TrainingFigure.Format(report),
            ReproductionSection.Format(report),
        ];

        // HTML that is XML too, so that a parser can tell whether it is well-formed.
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\" />\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<meta name=\"color-scheme\" content=\"light dark\" />\n");
        page.Append($"<title>{Title}</title>\n<style>\n{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>{Title}</h1>\n");
        page.Append(ReportText.Introduction(report)).Append(ReportText.Choice(report)).Append("</header>\n<nav aria-label=\"Contents\">\n<ul>\n");
        foreach (var ((id, name), section) in Contents.Zip(sections))
            if (section.Length > 0) page.Append($"<li><a href=\"#{id}\">{Html.Text(name)}</a></li>\n");
        page.Append("</ul>\n</nav>\n").AppendJoin("", sections);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }
}
