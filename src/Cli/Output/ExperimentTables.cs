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
        Verdict.Holds => "It holds here",
        Verdict.Contradicted => "It is contradicted here",
        _ => "It is not decided here",
    };

    /// <summary>A verdict as one character.</summary>
    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "✓",
        Verdict.Contradicted => "✗",
        _ => "?",
    };

    private static void WriteAuroc(IAnsiConsole console, ExperimentReport report, GridReport grid)
    {
        Tables.Title(console, $"AUC-ROC by reconstruction error, {grid.Name}");
        var table = Tables.Create(["latent", .. report.Beta.Select(beta => $"beta {Tables.Number(beta, "0.######")}")]);
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
        Tables.Title(console, $"Means over normal test images, and AUC-ROC of each score, {grid.Name}");
        var scores = grid.Cells.OfType<GridCell>().FirstOrDefault()?.Auroc.Keys.ToArray() ?? [];
        var table = Tables.Create(["latent", "beta", "MSE", "BCE", "KL", "active", .. scores]);
        foreach (var cell in grid.Cells.OfType<GridCell>())
        {
            table.AddRow([Tables.Number(cell.Latent, "0"), Tables.Number(cell.Beta, "0.######"), Tables.Number(cell.Mse, "F4"),
                Tables.Number(cell.CrossEntropy, "F1"), Tables.Number(cell.Kl, "F2"), Tables.Number(cell.ActiveUnits, "0.#"),
                .. scores.Select(score => Tables.Number(cell.Auroc[score], "F3"))]);
        }

        console.Write(table);
        console.WriteLine("MSE: mean squared error. BCE, KL: cross-entropy and KL divergence in nats. active: latent dimensions in use. mse, bce, kl, elbo: AUC-ROC of the score.");
    }

    private static void WriteAnalysis(IAnsiConsole console, GridReport grid)
    {
        console.WriteLine();
        if (grid.Analysis.Count == 0) console.WriteLine("No analysis: some models failed.");
        foreach (var finding in grid.Analysis)
        {
            console.MarkupLine($"[bold]{Markup.Escape(finding.Topic)}.[/] {Markup.Escape(finding.Text)}");
            if (finding is { Claim: { } claim, Verdict: { } verdict }) console.MarkupLine($"Claim: {Markup.Escape(claim)}. [bold]{Name(verdict)}.[/]");
            console.WriteLine();
        }
    }
}
