// How well a model tells the held-out class from the normal ones: it scores the test set and compares the two.

using System.Collections.Immutable;
using System.Numerics.Tensors;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Evaluates a model on a test set.</summary>
public static class Evaluator
{
    // Images whose activations are in memory at once; it changes no bit.
    private const int PartSize = 1000;

    /// <summary>Names of the scores, in the order of the reports: mean squared error, cross-entropy, KL divergence, negative ELBO.</summary>
    public static ImmutableArray<string> ScoreNames { get; } = ["mse", "bce", "kl", "elbo"];

    /// <summary>Scores every test image and compares the held-out class with the rest.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The trained model.</param>
    /// <param name="test">Test images of all classes.</param>
    /// <param name="heldOut">The class that counts as anomalous.</param>
    /// <param name="calibration">The model's threshold, if it has one.</param>
    /// <exception cref="ArgumentException">
    /// The images do not fit the model, the test set lacks anomalies or normal images, or the threshold is of another score.
    /// </exception>
    public static EvaluationReport Evaluate(Engine engine, VaeParameters<float> parameters, ImageDataset test, int heldOut, Calibration? calibration = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(test);
        if (calibration is not null && !ScoreNames.Contains(calibration.Score))
            throw new ArgumentException($"The threshold is of the score '{calibration.Score}'; expected one of {string.Join(", ", ScoreNames)}.", nameof(calibration));

        var scores = new OrderedDictionary<string, float[]>(ScoreNames.Select(name => KeyValuePair.Create(name, new float[test.Count])));
        var (mu, logVar) = (new Matrix<float>(test.Count, parameters.Architecture.Latent), new Matrix<float>(test.Count, parameters.Architecture.Latent));
        int[] indices = [.. Enumerable.Range(0, test.Count)];
        for (var start = 0; start < test.Count; start += PartSize)
        {
            var part = Activations.Of(engine, parameters, test, indices.AsMemory(start, Math.Min(PartSize, test.Count - start)));
            foreach (var (name, all) in scores) Score(engine, part, name, all.AsSpan(start, part.Count));
            part.Mu.Flat.CopyTo(mu.RowBlock(start, part.Count).Flat);
            part.LogVar.Flat.CopyTo(logVar.RowBlock(start, part.Count).Flat);
        }

        bool[] isAnomaly = [.. test.Labels.ToArray().Select(label => label == heldOut)];
        var reports = new OrderedDictionary<string, ScoreReport>(scores.Select(score => KeyValuePair.Create(score.Key, ScoreReport.From(score.Value, isAnomaly))));
        var means = new NormalMeans(
            NormalImagesMean.Of(scores["mse"], isAnomaly), NormalImagesMean.Of(scores["bce"], isAnomaly), NormalImagesMean.Of(scores["kl"], isAnomaly));
        var usage = LatentUsage.Of(mu, logVar, isAnomaly);
        var threshold = calibration is null ? null : ThresholdReport.From(calibration, scores[calibration.Score], test.Labels, heldOut);
        return new EvaluationReport(heldOut, reports, test.Count, isAnomaly.Count(anomaly => anomaly), means, usage.ActiveUnits, usage.KlPerDimension, threshold);
    }

    private static void Score(Engine engine, Activations images, string name, Span<float> scores)
    {
        switch (name)
        {
            case "mse":
                var mse = new Matrix<float>(1, images.Count);
                MeanSquaredError.Compute(engine, images.Pixels, images.Reconstruction, mse);
                mse.Flat.CopyTo(scores);
                break;
            case "bce":
                images.ReconstructionLoss.CopyTo(scores);
                break;
            case "kl":
                images.Kl.CopyTo(scores);
                break;
            default:
                TensorPrimitives.Add(images.ReconstructionLoss, images.Kl, scores);
                break;
        }
    }
}
