// What an evaluation finds: the figures of every score, and what the model does with normal images.

using System.Text.Json.Serialization;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The AUC-ROC of a score less that of another on the same images, by DeLong's paired comparison (<see cref="DeLong.Compare"/>).</summary>
/// <param name="Difference">The difference.</param>
/// <param name="Interval95">Half the width of its 95 % interval.</param>
/// <param name="P">Two-sided p-value.</param>
public sealed record ScoreDifference(double Difference, double Interval95, double P);

/// <summary>How one score does. What is null stands in no report of the version that wrote it.</summary>
/// <param name="Auroc">Area under the ROC curve: the chance that an anomaly scores higher than a normal image.</param>
/// <param name="Interval95">Half the width of its 95 % interval (<see cref="DeLong"/>); null as well when there is only one anomaly or normal image.</param>
/// <param name="Auprc">Average precision (<see cref="AveragePrecision"/>); by chance it is the share of anomalies.</param>
/// <param name="FprAt95Tpr">Smallest false-positive rate of a threshold that finds 95 % of the anomalies.</param>
/// <param name="TprAt5Fpr">Largest true-positive rate of a threshold that calls at most 5 % of the normal images anomalous.</param>
public sealed record ScoreReport(
    double Auroc,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Interval95 = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Auprc = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FprAt95Tpr = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TprAt5Fpr = null)
{
    /// <summary>The AUC-ROC less that of the mean squared error; null for that score itself, and where <see cref="Interval95"/> is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScoreDifference? LessMse { get; init; }

    /// <summary>The figures of a score.</summary>
    /// <param name="scores">The score of each image, <c>[n]</c>; higher means more anomalous.</param>
    /// <param name="isAnomaly">The truth about each image, <c>[n]</c>: true for an anomaly.</param>
    /// <param name="mse">The mean squared error of each image, <c>[n]</c>, to compare the score with; empty for no comparison.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or there is no anomaly or no normal image.</exception>
    public static ScoreReport From(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly, ReadOnlySpan<float> mse = default)
    {
        var curve = RocCurve.Of(scores, isAnomaly);
        var hasIntervals = curve.Anomalies > 1 && curve.Normals > 1;
        return new ScoreReport(Evaluation.Auroc.Compute(curve), hasIntervals ? DeLong.Estimate(scores, isAnomaly).HalfWidth95 : null, AveragePrecision.Compute(curve),
            OperatingPoints.FalsePositiveRateAt(curve, 0.95), OperatingPoints.TruePositiveRateAt(curve, 0.05))
        {
            LessMse = hasIntervals && !mse.IsEmpty && DeLong.Compare(scores, mse, isAnomaly) is var less ? new ScoreDifference(less.Difference, less.HalfWidth95, less.P) : null,
        };
    }
}

/// <summary>How several models do together.</summary>
/// <param name="HeldOut">The held-out class.</param>
/// <param name="Models">How many models there are.</param>
/// <param name="Scores">A report for each score.</param>
/// <param name="Images">Test images.</param>
/// <param name="Anomalies">Test images of the held-out class.</param>
public sealed record EnsembleReport(int HeldOut, int Models, OrderedDictionary<string, ScoreReport> Scores, int Images, int Anomalies);

/// <summary>Means over the normal test images.</summary>
/// <param name="Mse">Mean squared error of the reconstruction.</param>
/// <param name="CrossEntropy">Bernoulli cross-entropy, summed over pixels, in nats.</param>
/// <param name="Kl">KL divergence, summed over latent dimensions, in nats.</param>
public sealed record NormalMeans(double Mse, double CrossEntropy, double Kl);

/// <summary>An evaluation on a test set in which the held-out class is the anomaly.</summary>
/// <param name="HeldOut">The held-out class.</param>
/// <param name="Scores">A report for each score, those of the network first.</param>
/// <param name="Images">Test images.</param>
/// <param name="Anomalies">Test images of the held-out class.</param>
/// <param name="Normal">Means over the others.</param>
/// <param name="ActiveUnits">Latent dimensions in use (<see cref="LatentUsage"/>).</param>
/// <param name="KlPerDimension">KL divergence of each latent dimension, mean over the normal images, in nats; null in reports of older versions.</param>
/// <param name="Threshold">What the model's threshold does; null when it has none.</param>
public sealed record EvaluationReport(
    int HeldOut, OrderedDictionary<string, ScoreReport> Scores, int Images, int Anomalies, NormalMeans Normal, int ActiveUnits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? KlPerDimension = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ThresholdReport? Threshold = null);
