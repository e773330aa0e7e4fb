// How reconstruction is bought with information: cross-entropy against KL divergence over beta.

using System.Text;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class RateDistortionFigure
{
    public static string Format(ReportData report)
    {
        var grid = report.RateDistortion;
        GridCell[] cells = [.. grid.Cells.OfType<RunGridCell>().Select(cell => cell.Figures)];
        var lines = cells.GroupBy(cell => cell.Latent).Select(line => line.ToArray()).ToArray();
        var plot = new Plot("Cross-entropy against KL divergence, a line for each latent dimension",
            Range("KL divergence in nats", cells.Select(cell => cell.Kl)), Range("cross-entropy in nats", cells.Select(cell => cell.CrossEntropy)));
        foreach (var (i, line) in lines.Index())
        {
            plot.Line(line.Select(cell => (cell.Kl, cell.CrossEntropy)), Marks.Style(i));
            plot.Marks(line.Select(cell => (cell.Kl, cell.CrossEntropy)), Marks.NthShape(i), $"solid {Marks.Style(i)}");
        }

        // The longest line, and of several the one with most dimensions, which reaches farthest.
        foreach (var cell in lines.OrderBy(line => line.Length).Last()) plot.Text(plot.X(cell.Kl) + 6, plot.Y(cell.CrossEntropy) - 5, "start", $"β {Html.Number(cell.Beta, "0.######")}");
        var legend = Marks.Legend(lines.Select((line, i) => Marks.Key(Marks.NthShape(i), $"solid {Marks.Style(i)}", $"latent {Html.Number(line[0].Latent)}")));
        var name = Html.List([.. report.RateDistortionClasses.Select(Html.Class)]);
        var mean = report.RateDistortionClasses.Count > 1 ? "mean over the held-out classes" : "held out:";
        var caption = $"<p>Means over the normal test images, {mean} {name}. Each line is a latent dimension, each mark a beta: to the left a code that "
            + "tells little of an image, to the right one that tells much, and the lower the better its reconstruction. Lines that lie on each other mean that the further latent dimensions "
            + "are not used; where a line ends on the right while another goes on, its latent space is full.</p>";
        return Html.Figure("rate-distortion", "Reconstruction against KL divergence",
            legend + Html.Panels([Html.Panel("Rate and distortion", plot.ToString())]) + Table(cells), caption, ReportCommands.Reproduce(report));
    }

    private static string Table(GridCell[] cells)
    {
        var table = new StringBuilder("<details><summary>The same in numbers</summary>\n<div class=\"scroll\"><table>\n<tr>");
        foreach (var name in new[] { "latent", "beta", "KL", "cross-entropy", "MSE", "dimensions in use", "AUC-ROC" }) table.Append($"<th scope=\"col\">{name}</th>");
        table.Append("</tr>\n");
        foreach (var cell in cells)
        {
            table.Append($"<tr><th scope=\"row\">{Html.Number(cell.Latent)}</th>");
            foreach (var (value, format) in new[] { (cell.Beta, "0.######"), (cell.Kl, "0.00"), (cell.CrossEntropy, "0.0"), (cell.Mse, "0.0000"), (cell.ActiveUnits, "0.#"), (cell.ReferenceAuroc, "0.000") })
                table.Append($"<td>{Html.Number(value, format)}</td>");
            table.Append("</tr>\n");
        }

        return table.Append("</table></div>\n</details>\n").ToString();
    }

    private static Axis Range(string name, IEnumerable<double> values)
    {
        double low = values.Min(), high = values.Max(), margin = high > low ? (high - low) * 0.1 : 1;
        return new Axis(name, Math.Max(0, low - margin), high + margin);
    }
}
