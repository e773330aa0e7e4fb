// The outcome of the grid experiment for a terminal.

using Spectre.Console;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Output;

internal static class ExperimentTables
{
    /// <summary>A table of AUC-ROC for each class, then the figures of each cell and the analysis, of the mean if there are several classes.</summary>
    public static void Write(IAnsiConsole console, ExperimentReport report)
    {
        foreach (var grid in report.Classes) WriteAuroc(console, report, grid);
        if (report.Mean is not null) WriteAuroc(console, report, report.Mean);
        var last = report.Mean ?? report.Classes[0];
        WriteCells(console, last);
        WriteAnalysis(console, last);
    }

    /// <summary>What a verdict is called.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds here",
        Verdict.Contradicted => "contradicted here",
        _ => "not decided here",
    };

    private static void WriteAuroc(IAnsiConsole console, ExperimentReport report, GridReport grid)
    {
        var table = Tables.Create($"AUC-ROC by reconstruction error, held out: {grid.Name}");
        table.AddColumn("latent");
        foreach (var beta in report.Beta) table.AddColumn(Tables.Right($"beta {Tables.Number(beta, "0.######")}"));
        var columns = report.Beta.Count;
        for (var row = 0; row < report.Latent.Count; row++)
        {
            var cells = grid.Cells.Skip(row * columns).Take(columns);
            table.AddRow([Tables.Number(report.Latent[row], "0"), .. cells.Select(cell => cell is null ? "failed" : Tables.Number(cell.ReferenceAuroc, "F3"))]);
        }

        console.Write(table);
    }

    private static void WriteCells(IAnsiConsole console, GridReport grid)
    {
        var table = Tables.Create($"Normal test images and AUC-ROC of each score, held out: {grid.Name}");
        table.AddColumns(Tables.Right("latent"), Tables.Right("beta"), Tables.Right("MSE"), Tables.Right("BCE"), Tables.Right("KL"), Tables.Right("active"));
        var scores = grid.Cells.OfType<GridCell>().FirstOrDefault()?.Auroc.Keys.ToArray() ?? [];
        foreach (var score in scores) table.AddColumn(Tables.Right(score));
        foreach (var cell in grid.Cells.OfType<GridCell>())
        {
            table.AddRow([Tables.Number(cell.Latent, "0"), Tables.Number(cell.Beta, "0.######"), Tables.Number(cell.Mse, "F4"),
                Tables.Number(cell.CrossEntropy, "F1"), Tables.Number(cell.Kl, "F2"), Tables.Number(cell.ActiveUnits, "0.#"),
                .. scores.Select(score => Tables.Number(cell.Auroc[score], "F3"))]);
        }

        console.Write(table);
        console.WriteLine("MSE: mean squared error. BCE: cross-entropy in nats. KL: divergence in nats. "
            + "active: latent dimensions in use. mse, bce, kl, elbo: AUC-ROC of that score.");
    }

    private static void WriteAnalysis(IAnsiConsole console, GridReport grid)
    {
        console.WriteLine();
        if (grid.Analysis.Count == 0) console.WriteLine("No analysis: some models failed.");
        foreach (var finding in grid.Analysis)
        {
            console.MarkupLine($"[bold]{Markup.Escape(finding.Topic)}.[/] {Markup.Escape(finding.Text)}");
            if (finding.Claim is { } claim && finding.Verdict is { } verdict) console.MarkupLine($"  Claim: {Markup.Escape(claim)}. [italic]It is {Name(verdict)}.[/]");
            console.WriteLine();
        }
    }
}
