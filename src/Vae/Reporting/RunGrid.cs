// The grid latent x beta of one held-out class, or of the mean over several, its seeds averaged.

using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>A cell of the grid.</summary>
/// <param name="Figures">Means over the seeds.</param>
/// <param name="Seeds">How many seeds; for a mean over classes, the fewest of any class.</param>
/// <param name="Deviation">Standard deviation of the reference score's AUROC over the seeds of one class; null with a single seed, and for means.</param>
public sealed record RunGridCell(GridCell Figures, int Seeds, double? Deviation);

/// <summary>A grid of cells.</summary>
/// <param name="HeldOut">The held-out class; null for the mean.</param>
/// <param name="Latent">Latent dimensions, rising: the rows.</param>
/// <param name="Beta">Betas, rising: the columns.</param>
/// <param name="Cells">Row by row; null where no run has finished.</param>
public sealed record RunGrid(int? HeldOut, IReadOnlyList<int> Latent, IReadOnlyList<double> Beta, IReadOnlyList<RunGridCell?> Cells)
{
    /// <summary>Cells that are there.</summary>
    public int Count => Cells.Count(cell => cell is not null);

    /// <summary>The grid of a class.</summary>
    /// <param name="heldOut">The class.</param>
    /// <param name="runs">Runs of any classes.</param>
    /// <param name="latent">The rows.</param>
    /// <param name="beta">The columns.</param>
    public static RunGrid Of(int heldOut, IEnumerable<FinishedRun> runs, IReadOnlyList<int> latent, IReadOnlyList<double> beta)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(beta);
        var cells = runs.Where(run => run.HeldOut == heldOut).ToLookup(run => (run.Latent, run.Beta));
        return new RunGrid(heldOut, latent, beta, [.. latent.SelectMany(_ => beta, (rows, columns) => OverSeeds([.. cells[(rows, columns)]]))]);
    }

    /// <summary>The mean over classes; a cell that a class lacks is not there.</summary>
    /// <param name="grids">Grids of the same rows and columns, at least one.</param>
    public static RunGrid Mean(IReadOnlyList<RunGrid> grids)
    {
        ArgumentNullException.ThrowIfNull(grids);
        return new RunGrid(null, grids[0].Latent, grids[0].Beta, [.. Enumerable.Range(0, grids[0].Cells.Count).Select(i => OverClasses([.. grids.Select(grid => grid.Cells[i])]))]);
    }

    /// <summary>What the grid shows, of the latent dimensions that were trained under every beta; nothing if these are fewer than two models.</summary>
    public IReadOnlyList<Finding> Analyze()
    {
        GridCell[] cells = [.. Cells.Chunk(Beta.Count).Where(row => !row.Contains(null)).SelectMany(row => row).Select(cell => cell!.Figures)];
        return cells.Length < 2 ? [] : TradeOff.Analyze(cells);
    }

    private static RunGridCell? OverSeeds(FinishedRun[] runs)
    {
        if (runs.Length == 0) return null;
        GridCell[] cells = SameScores([.. runs.Select(run => GridCell.From(run.Latent, run.Beta, run.Report.Evaluation, run.Report.WeightsSha256))]);
        if (cells.Length == 1) return new RunGridCell(cells[0], 1, null);

        // The interval tells of the choice of the test images, and these are the same for all seeds: it does not shrink with their number.
        var mean = GridCell.Mean(cells) with { Interval95 = cells.Average(cell => cell.Interval95), OfClasses = [] };
        var squares = cells.Sum(cell => (cell.ReferenceAuroc - mean.ReferenceAuroc) * (cell.ReferenceAuroc - mean.ReferenceAuroc));
        return new RunGridCell(mean, cells.Length, Math.Sqrt(squares / (cells.Length - 1)));
    }

    private static RunGridCell? OverClasses(RunGridCell?[] cells) => cells.Contains(null) ? null
        : new RunGridCell(GridCell.Mean(SameScores([.. cells.Select(cell => cell!.Figures)])), cells.Min(cell => cell!.Seeds), null);

    // Reports of different versions may have different scores.
    private static GridCell[] SameScores(GridCell[] cells)
    {
        string[] all = [.. cells[0].Auroc.Keys.Where(score => cells.All(cell => cell.Auroc.ContainsKey(score)))];
        return [.. cells.Select(cell => cell with { Auroc = new(all.Select(score => KeyValuePair.Create(score, cell.Auroc[score]))) })];
    }
}
