// One cell of the grid latent x beta: what a trade-off is computed from.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The figures of one model of the grid, or their means over several held-out classes.</summary>
/// <param name="Latent">Latent dimensions.</param>
/// <param name="Beta">Weight of the KL divergence.</param>
/// <param name="Auroc">AUROC of each score.</param>
/// <param name="Interval95">Half the width of the 95 % interval of the reference score's AUROC.</param>
/// <param name="Mse">Mean squared error of the reconstruction, mean over the normal test images.</param>
/// <param name="CrossEntropy">Bernoulli cross-entropy, summed over pixels, mean over the same, in nats.</param>
/// <param name="Kl">KL divergence, summed over latent dimensions, mean over the same, in nats.</param>
/// <param name="ActiveUnits">Latent dimensions in use.</param>
/// <param name="WeightsSha256">SHA-256 of the model's weights; null for a mean.</param>
public sealed record GridCell(
    int Latent, double Beta, OrderedDictionary<string, double> Auroc, double Interval95, double Mse, double CrossEntropy, double Kl,
    double ActiveUnits, string? WeightsSha256)
{
    /// <summary>The score by which cells are compared.</summary>
    public const string ReferenceScore = "mse";

    /// <summary>Of a mean over held-out classes: the reference score's AUROC of each. Empty for a single model.</summary>
    internal ImmutableArray<double> OfClasses { get; init; } = [];

    /// <summary>AUROC of the reference score.</summary>
    public double ReferenceAuroc => Auroc[ReferenceScore];

    /// <summary>The cell of an evaluated model.</summary>
    public static GridCell From(int latent, double beta, EvaluationReport evaluation, string weightsSha256)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var auroc = new OrderedDictionary<string, double>(evaluation.Scores.Select(score => KeyValuePair.Create(score.Key, score.Value.Auroc)));

        // Reports of older versions have no interval, and the scores are gone.
        var interval = evaluation.Scores[ReferenceScore].Interval95
            ?? AurocInterval.HalfWidth95(auroc[ReferenceScore], evaluation.Anomalies, evaluation.Images - evaluation.Anomalies);
        return new GridCell(latent, beta, auroc, interval, evaluation.Normal.Mse, evaluation.Normal.CrossEntropy, evaluation.Normal.Kl,
            evaluation.ActiveUnits, weightsSha256);
    }

    /// <summary>The mean over held-out classes of cells of one latent dimension and beta.</summary>
    public static GridCell Mean(IReadOnlyList<GridCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var auroc = new OrderedDictionary<string, double>(
            cells[0].Auroc.Keys.Select(score => KeyValuePair.Create(score, cells.Average(cell => cell.Auroc[score]))));

        // Errors of independent estimates add in squares; the normal images are partly shared between classes, so this is a little too narrow.
        var interval = Math.Sqrt(cells.Sum(cell => cell.Interval95 * cell.Interval95)) / cells.Count;
        return new GridCell(cells[0].Latent, cells[0].Beta, auroc, interval, cells.Average(cell => cell.Mse), cells.Average(cell => cell.CrossEntropy),
            cells.Average(cell => cell.Kl), cells.Average(cell => cell.ActiveUnits), null)
        {
            OfClasses = [.. cells.Select(cell => cell.ReferenceAuroc)],
        };
    }
}
