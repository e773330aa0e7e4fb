// Images beside their reconstructions and their errors.

using System.Text;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ExamplesFigure
{
    private const int Side = 56;

    public static string Format(ReportData report, int imageWidth)
    {
        var body = new StringBuilder();
        foreach (var detail in report.Details)
        {
            body.Append($"<div class=\"examples\">\n<h3>{ReportText.Model(detail)}</h3>\n");
            foreach (var group in detail.Groups) Append(body, group, imageWidth);
            body.Append("</div>\n");
        }

        const string caption = "<p>Three pictures each: the image, its reconstruction at z = mu, and the error, white where there is none, vermilion where the reconstruction is too bright, blue "
            + "where it is too dark, in full colour from an error of one half of the range on. Below them the class, the place in the test set, from 0, and the mean squared error. "
            + "Look for what the best have in common, plain shapes or dark ones, and what the worst have, such as stripes and prints, which a narrow latent space can't hold; and whether "
            + "a missed anomaly resembles one of the other classes. The typical false alarms are those in the middle of the 5 % of normal images whose error is largest.</p>";
        return Html.Figure("reconstructions", "Reconstructions", body.ToString(), caption, ReportCommands.OfDetails(report));
    }

    private static void Append(StringBuilder body, ExampleGroup group, int width)
    {
        body.Append($"<div class=\"group\">\n<h4>{Name(group.Kind)}</h4>\n<ul class=\"images\">\n");
        foreach (var example in group.Examples)
        {
            var height = example.Image.Length / width;
            var name = FashionMnist.ClassNames[example.Class];
            body.Append("<li>")
                .Append(Html.Image(Png.Grey(example.Image.AsSpan(), width, height), $"Test image {Html.Number(example.Index)}, {name}", Side, Side))
                .Append(Html.Image(Png.Grey(example.Reconstruction.AsSpan(), width, height), "its reconstruction", Side, Side))
                .Append(Html.Image(Png.Rgb(Errors(example), width, height), "the error", Side, Side))
                .Append($"<span>{Html.Class(example.Class)}<br />no. {Html.Number(example.Index)} · {Html.Number(example.Score, "0.0000")}</span></li>\n");
        }

        body.Append("</ul>\n</div>\n");
    }

    private static byte[] Errors(Example example) => [.. example.Error.Select(error => Colors.OfError(error)).SelectMany(colour => new[] { colour.Red, colour.Green, colour.Blue })];

    private static string Name(ExampleKind kind) => kind switch
    {
        ExampleKind.BestNormal => "Normal, best reconstructed",
        ExampleKind.MedianNormal => "Normal, in the middle",
        ExampleKind.WorstNormal => "Normal, worst reconstructed: the surest false alarms",
        ExampleKind.MissedAnomaly => "Missed anomalies: the lowest scores",
        _ => "False alarms: typical ones at a rate of 5\u00A0%",
    };
}
