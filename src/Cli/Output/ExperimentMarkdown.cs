// The outcome of the grid experiment as Markdown: the content of table.md.

using System.Text;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Output;

internal static class ExperimentMarkdown
{
    public static string Format(ExperimentReport report)
    {
        var text = new StringBuilder("# AUC-ROC over latent dimension and beta\n\n");
        text.Append($"Fashion-MNIST{(report.IsSample ? " (the sample)" : "")}; ")
            .AppendJoin(", ", report.Settings.Select(setting => $"{setting.Key} {setting.Value}")).Append(".\n");
        if (report.Mean is not null) AppendGrid(text, report, report.Mean);
        foreach (var grid in report.Classes) AppendGrid(text, report, grid);
        return text.ToString();
    }

    private static void AppendGrid(StringBuilder text, ExperimentReport report, GridReport grid)
    {
        text.Append($"\n## {char.ToUpperInvariant(grid.Name[0])}{grid.Name[1..]}\n\nAUC-ROC by reconstruction error:\n\n");
        AppendRow(text, ["latent", .. report.Beta.Select(beta => $"beta {Tables.Number(beta, "0.######")}")]);
        AppendRule(text, 1 + report.Beta.Count);
        for (var row = 0; row < report.Latent.Count; row++)
        {
            var cells = grid.Cells.Skip(row * report.Beta.Count).Take(report.Beta.Count);
            AppendRow(text, [Tables.Number(report.Latent[row], "0"), .. cells.Select(cell => cell is null ? "failed" : Tables.Number(cell.ReferenceAuroc, "F3"))]);
        }

        AppendCells(text, grid);
        if (grid.Analysis.Count > 0) text.Append('\n');
        foreach (var finding in grid.Analysis)
        {
            text.Append($"- **{finding.Topic}.** {finding.Text}");
            if (finding is { Claim: { } claim, Verdict: { } verdict }) text.Append($" Claim: {claim}. *{ExperimentTables.Name(verdict)}.*");
            text.Append('\n');
        }
    }

    private static void AppendCells(StringBuilder text, GridReport grid)
    {
        var cells = grid.Cells.OfType<GridCell>().ToArray();
        if (cells.Length == 0) return;
        string[] scores = [.. cells[0].Auroc.Keys];
        text.Append("\nMeans over normal test images (BCE and KL in nats), latent dimensions in use, and AUC-ROC of each score:\n\n");
        AppendRow(text, ["latent", "beta", "MSE", "BCE", "KL", "active", .. scores, "+-"]);
        AppendRule(text, 7 + scores.Length);
        foreach (var cell in cells)
        {
            AppendRow(text, [Tables.Number(cell.Latent, "0"), Tables.Number(cell.Beta, "0.######"), Tables.Number(cell.Mse, "F4"),
                Tables.Number(cell.CrossEntropy, "F2"), Tables.Number(cell.Kl, "F2"), Tables.Number(cell.ActiveUnits, "0.#"),
                .. scores.Select(score => Tables.Number(cell.Auroc[score], "F3")), Tables.Number(cell.Interval95, "F3")]);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static void AppendRule(StringBuilder text, int columns) => text.Append('|').Insert(text.Length, "--:|", columns).Append('\n');
}
