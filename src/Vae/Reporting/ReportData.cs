// All that the report shows, as numbers and words.

using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Claims and what the figures say of them.</summary>
/// <param name="Name">What they are about, as <c>mean over 10 held-out classes</c>.</param>
/// <param name="Findings">The claims.</param>
public sealed record ClaimGroup(string Name, IReadOnlyList<Finding> Findings);

/// <summary>A row of a table of scores.</summary>
/// <param name="Name">What the figures are of, as <c>Trouser</c>.</param>
/// <param name="Values">A figure for each score; null where there is none.</param>
public sealed record ScoreRow(string Name, IReadOnlyList<double?> Values);

/// <summary>A table of AUROCs: a row a class, a column a score.</summary>
/// <param name="Caption">What it shows and what to see in it.</param>
/// <param name="Scores">Names of the columns.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Command">The command that computes it.</param>
public sealed record ScoreTable(string Caption, IReadOnlyList<string> Scores, IReadOnlyList<ScoreRow> Rows, string Command);

/// <summary>The epochs of a run.</summary>
/// <param name="Name">What it is called among the others.</param>
/// <param name="Epochs">Figures of its epochs.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<EpochMetrics> Epochs);

/// <summary>The content of a report. It holds nothing that depends on the machine or the time.</summary>
public sealed record ReportData
{
    /// <summary>Whether the runs are on the sample of the data set.</summary>
    public required bool IsSample { get; init; }

    /// <summary>SHA-256 of the content of each data file.</summary>
    public required IReadOnlyDictionary<string, string> Data { get; init; }

    /// <summary>The runs, by class, latent dimension, beta and seed.</summary>
    public required IReadOnlyList<FinishedRun> Runs { get; init; }

    /// <summary>What else was found.</summary>
    public required IReadOnlyList<LeftOut> LeftOut { get; init; }

    /// <summary>The grid of each class.</summary>
    public required IReadOnlyList<RunGrid> Grids { get; init; }

    /// <summary>Mean over the classes; null if there is one class, or no cell that all of them have.</summary>
    public required RunGrid? Mean { get; init; }

    /// <summary>The classes of which there are most cells, averaged: how reconstruction and divergence trade off.</summary>
    public required RunGrid RateDistortion { get; init; }

    /// <summary>Those classes.</summary>
    public required IReadOnlyList<int> RateDistortionClasses { get; init; }

    /// <summary>The model of each class that is shown in detail.</summary>
    public required IReadOnlyList<ModelDetail> Details { get; init; }

    /// <summary>Training of the detailed models; of a single class, of its latent dimension under every beta.</summary>
    public required IReadOnlyList<TrainingCurve> Training { get; init; }

    /// <summary>Claims and verdicts.</summary>
    public required IReadOnlyList<ClaimGroup> Claims { get; init; }

    /// <summary>Tables of scores by class.</summary>
    public required IReadOnlyList<ScoreTable> Tables { get; init; }

    /// <summary>Reads and computes what a report shows.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="data">The data set of the runs.</param>
    /// <param name="search">The runs.</param>
    /// <exception cref="InvalidDataException">A file of a run is damaged.</exception>
    /// <exception cref="IOException">A file of a run can't be read.</exception>
    public static ReportData Collect(Engine engine, FashionMnist data, RunSearch search)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(search);
        var runs = search.Runs;
        int[] latent = [.. runs.Select(run => run.Latent).Distinct().Order()];
        double[] beta = [.. runs.Select(run => run.Beta).Distinct().Order()];
        int[] classes = [.. runs.Select(run => run.HeldOut).Distinct().Order()];
        RunGrid[] grids = [.. classes.Select(heldOut => RunGrid.Of(heldOut, runs, latent, beta))];
        RunGrid[] fullest = [.. grids.Where(grid => grid.Count == grids.Max(other => other.Count))];
        var mean = grids.Length > 1 ? RunGrid.Mean(grids) : null;
        if (mean?.Count == 0) mean = null;
        var size = DetailSize.For(classes.Length);
        ModelDetail[] details = [.. classes.Select(heldOut => ModelDetail.Collect(engine, data, ModelDetail.Choose([.. runs.Where(run => run.HeldOut == heldOut)]), size))];
        return new ReportData
        {
            IsSample = data.IsSample,
            Data = data.Sha256,
            Runs = runs,
            LeftOut = search.LeftOut,
            Grids = grids,
            Mean = mean,
            RateDistortion = fullest.Length == 1 ? fullest[0] : RunGrid.Mean(fullest),
            RateDistortionClasses = [.. fullest.Select(grid => grid.HeldOut!.Value)],
            Details = details,
            Training = Curves(runs, details),
            Claims = FindClaims(grids, mean),
            Tables = [Table(grids, details)],
        };
    }

    private static TrainingCurve[] Curves(IReadOnlyList<FinishedRun> runs, ModelDetail[] details)
    {
        if (details.Length > 1) return [.. details.Select(detail => new TrainingCurve(Text(detail.Run.HeldOut), detail.Run.ReadMetrics()))];
        var shown = details[0].Run;
        return [.. runs.Where(run => run.Latent == shown.Latent && run.Seed == shown.Seed).Select(run => new TrainingCurve($"beta {Text(run.Beta)}", run.ReadMetrics()))];
    }

    // Of the mean if it is a grid, else of each class that is one.
    private static ClaimGroup[] FindClaims(RunGrid[] grids, RunGrid? mean)
    {
        if (mean?.Analyze() is { Count: > 0 } ofMean) return [new ClaimGroup($"mean over {Text(grids.Length)} held-out classes", ofMean)];
        return [.. grids.Select(grid => new ClaimGroup($"held-out class {Text(grid.HeldOut!.Value)} ({FashionMnist.ClassNames[grid.HeldOut.Value]})", grid.Analyze()))
            .Where(group => group.Findings.Count > 0)];
    }

    private static ScoreTable Table(RunGrid[] grids, ModelDetail[] details)
    {
        GridCell[] cells = [.. grids.Zip(details, (grid, detail) => grid.Cells.First(cell => cell?.Figures.Latent == detail.Run.Latent && cell.Figures.Beta == detail.Run.Beta)!.Figures)];
        string[] scores = [.. cells.SelectMany(cell => cell.Auroc.Keys).Distinct()];
        double? Of(GridCell cell, string score) => cell.Auroc.TryGetValue(score, out var auroc) ? auroc : null;
        List<ScoreRow> rows = [.. grids.Zip(cells, (grid, cell) => new ScoreRow(
            $"{Text(grid.HeldOut!.Value)} {FashionMnist.ClassNames[grid.HeldOut.Value]}", [.. scores.Select(score => Of(cell, score))]))];
        if (rows.Count > 1) rows.Add(new ScoreRow("mean", [.. scores.Select((_, i) => rows.Any(row => row.Values[i] is null) ? null : rows.Average(row => row.Values[i]))]));
        return new ScoreTable("AUC-ROC of each score of the detailed models, by held-out class, seeds averaged. 0.5 is chance and 1 is perfect; below 0.5 a score "
            + "ranks the class it has never seen as more normal than the others. See whether one score is best on every class. mse: mean squared error of the reconstruction; "
            + "bce: Bernoulli cross-entropy; kl: KL divergence; elbo: their sum.", scores, rows, "vae evaluate DIR");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
