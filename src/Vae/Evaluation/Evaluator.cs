// How well a model tells the held-out class from the normal ones: it scores the test set and compares the two.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>A score and its name in reports.</summary>
/// <param name="Name">The name.</param>
/// <param name="Score">The score.</param>
public sealed record NamedScore(string Name, IAnomalyScore Score);

/// <summary>Evaluates a model on a test set.</summary>
public static class Evaluator
{
    // Images whose activations are in memory at once; it changes no bit.
    private const int PartSize = 1000;

    /// <summary>The scores that a network has without anything being fitted: mean squared error, cross-entropy, KL divergence, negative ELBO.</summary>
    public static ImmutableArray<NamedScore> NetworkScores { get; } =
        [.. Enum.GetValues<ScoreKind>().Select(kind => new NamedScore(NetworkScore.NameOf(kind), new NetworkScore(kind)))];

    /// <summary>Scores every test image and compares the held-out class with the rest.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The trained model.</param>
    /// <param name="test">Test images of all classes.</param>
    /// <param name="heldOut">The class that counts as anomalous.</param>
    /// <param name="calibration">The model's threshold, if it has one.</param>
    /// <param name="fitted">Scores to report besides <see cref="NetworkScores"/>.</param>
    /// <exception cref="ArgumentException">
    /// The images do not fit the model, the test set lacks anomalies or normal images, or the threshold is of another score.
    /// </exception>
    public static EvaluationReport Evaluate(Engine engine, VaeParameters<float> parameters, ImageDataset test, int heldOut, Calibration? calibration = null,
        params IEnumerable<NamedScore> fitted)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(test);
        ImmutableArray<NamedScore> all = [.. NetworkScores, .. fitted];
        if (calibration is not null && all.All(score => score.Name != calibration.Score))
            throw new ArgumentException($"The threshold is of the score '{calibration.Score}'; expected one of {string.Join(", ", all.Select(score => score.Name))}.", nameof(calibration));

        var scores = new OrderedDictionary<string, float[]>(all.Select(score => KeyValuePair.Create(score.Name, new float[test.Count])));
        var (mu, logVar) = (new Matrix<float>(test.Count, parameters.Architecture.Latent), new Matrix<float>(test.Count, parameters.Architecture.Latent));
        int[] indices = [.. Enumerable.Range(0, test.Count)];
        for (var start = 0; start < test.Count; start += PartSize)
        {
            var part = Activations.Of(engine, parameters, test, indices.AsMemory(start, Math.Min(PartSize, test.Count - start)));
            foreach (var (name, score) in all) score.Compute(engine, part, scores[name].AsSpan(start, part.Count));
            part.Mu.Flat.CopyTo(mu.RowBlock(start, part.Count).Flat);
            part.LogVar.Flat.CopyTo(logVar.RowBlock(start, part.Count).Flat);
        }

        bool[] isAnomaly = [.. test.Labels.ToArray().Select(label => label == heldOut)];
        var reports = new OrderedDictionary<string, ScoreReport>(
            scores.Select(score => KeyValuePair.Create(score.Key, ScoreReport.From(score.Value, isAnomaly, score.Key == GridCell.ReferenceScore ? default : scores[GridCell.ReferenceScore]))));
        var means = new NormalMeans(
            NormalImagesMean.Of(scores[GridCell.ReferenceScore], isAnomaly), NormalImagesMean.Of(scores["bce"], isAnomaly), NormalImagesMean.Of(scores["kl"], isAnomaly));
        var usage = LatentUsage.Of(mu, logVar, isAnomaly);
        var threshold = calibration is null ? null : ThresholdReport.From(calibration, scores[calibration.Score], test.Labels, heldOut);
        return new EvaluationReport(heldOut, reports, test.Count, isAnomaly.Count(anomaly => anomaly), means, usage.ActiveUnits, usage.KlPerDimension, threshold);
    }
}
