// AUC-ROC over latent dimension and beta: a coloured table for each class and for their mean.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class HeatMaps
{
    private const double Step = 0.05;
    private const int ScaleCells = 6;

    public static string Format(ReportData report)
    {
        RunGrid[] grids = [.. report.Mean is null ? [] : new[] { report.Mean }, .. report.Grids];
        double[] all = [.. grids.SelectMany(grid => grid.Cells.OfType<RunGridCell>()).Select(cell => cell.Figures.ReferenceAuroc)];
        var (low, high) = (Math.Floor(all.Min() / Step) * Step, Math.Ceiling(all.Max() / Step) * Step);
        if (high <= low) high = low + Step;
        var shown = report.Details.Select(detail => (detail.Run.HeldOut, detail.Run.Latent, detail.Run.Beta)).ToHashSet();
        var body = new StringBuilder(Scale(low, high)).Append("<div class=\"panels maps\">\n");
        foreach (var grid in grids) Append(body, grid, low, high, cell => grid.HeldOut is { } heldOut && shown.Contains((heldOut, cell.Figures.Latent, cell.Figures.Beta)));
        body.Append("</div>\n");

        var widest = report.Grids.SelectMany(grid => grid.Cells.OfType<RunGridCell>()).Max(cell => cell.Figures.Interval95);
        var seeds = report.Grids.SelectMany(grid => grid.Cells.OfType<RunGridCell>()).Max(cell => cell.Seeds);
        var caption = "<p>Each cell is a model's AUC-ROC by mean squared error: how often an image of the class it has never seen has a larger error than a normal one. "
            + $"0.5 is chance. Two cells differ only if they do by more than half a 95 % interval, ±{Html.Number(widest, "0.000")} at most, and by more than seeds. "
            + (seeds > 1 ? "The small line tells over how many seeds a cell is averaged, and their standard deviation. " : "")
            + "See first how much more the classes differ than the cells of one class, then whether a row or a column stands out by more than that. "
            + "A dash: not trained. ◆ marks the model that is shown in detail below. The best cell of such a table is chosen with the test's labels, so its figure flatters.</p>";
        return Html.Figure("heat-maps", "Detection over latent dimension and beta", body.ToString(), caption, ReportCommands.Reproduce(report));
    }

    private static void Append(StringBuilder body, RunGrid grid, double low, double high, Func<RunGridCell, bool> isShown)
    {
        var name = grid.HeldOut is { } heldOut ? $"Held out: {Html.Class(heldOut)}" : "Mean over the held-out classes";
        body.Append($"<div class=\"scroll\"><table class=\"map\">\n<caption>{name}</caption>\n<tr><th scope=\"col\">latent</th>");
        foreach (var beta in grid.Beta) body.Append($"<th scope=\"col\">β {Html.Number(beta, "0.######")}</th>");
        body.Append("</tr>\n");
        for (var row = 0; row < grid.Latent.Count; row++)
        {
            body.Append($"<tr><th scope=\"row\">{Html.Number(grid.Latent[row])}</th>");
            foreach (var cell in grid.Cells.Skip(row * grid.Beta.Count).Take(grid.Beta.Count)) body.Append(Cell(cell, low, high, isShown));
            body.Append("</tr>\n");
        }

        body.Append("</table></div>\n");
    }

    private static string Cell(RunGridCell? cell, double low, double high, Func<RunGridCell, bool> isShown)
    {
        if (cell is null) return "<td class=\"none\">–</td>";
        var auroc = cell.Figures.ReferenceAuroc;
        var colour = Colors.Of((auroc - low) / (high - low));
        var seeds = cell.Seeds == 1 ? ""
            : $"<small>{Html.Number(cell.Seeds)} seeds{(cell.Deviation is { } deviation ? $"<br />±{deviation.ToString("0.000", CultureInfo.InvariantCulture)}" : "")}</small>";
        return $"<td style=\"background:{colour.Css};color:{colour.Ink}\">{(isShown(cell) ? "◆\u00A0" : "")}{Html.Number(auroc, "0.000")}{seeds}</td>";
    }

    private static string Scale(double low, double high)
    {
        var scale = new StringBuilder("<p class=\"scale\" aria-hidden=\"true\">");
        for (var i = 0; i < ScaleCells; i++)
        {
            var part = (double)i / (ScaleCells - 1);
            var colour = Colors.Of(part);
            scale.Append($"<span style=\"background:{colour.Css};color:{colour.Ink}\">{Html.Number(low + part * (high - low), "0.00")}</span>");
        }

        return scale.Append("</p>\n").ToString();
    }
}
