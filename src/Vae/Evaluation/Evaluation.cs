// How well a model tells the held-out class from the normal ones.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>How one score does.</summary>
/// <param name="Auroc">Area under the ROC curve: the chance that an anomaly scores higher than a normal image.</param>
public sealed record ScoreReport(double Auroc);

/// <summary>Means over the normal test images.</summary>
/// <param name="Mse">Mean squared error of the reconstruction.</param>
/// <param name="CrossEntropy">Bernoulli cross-entropy, summed over pixels, in nats.</param>
/// <param name="Kl">KL divergence, summed over latent dimensions, in nats.</param>
public sealed record NormalMeans(double Mse, double CrossEntropy, double Kl);

/// <summary>An evaluation on a test set in which the held-out class is the anomaly.</summary>
/// <param name="HeldOut">The held-out class.</param>
/// <param name="Scores">A report for each score, in the order mse, bce, kl, elbo.</param>
/// <param name="Images">Test images.</param>
/// <param name="Anomalies">Test images of the held-out class.</param>
/// <param name="Normal">Means over the others.</param>
/// <param name="ActiveUnits">Latent dimensions whose mean varies among normal images by more than 0.01 (Burda et al., ICLR 2016).</param>
public sealed record EvaluationReport(
    int HeldOut, OrderedDictionary<string, ScoreReport> Scores, int Images, int Anomalies, NormalMeans Normal, int ActiveUnits);

/// <summary>Evaluates a model on a test set.</summary>
public static class Evaluator
{
    private const double ActiveVariance = 0.01;

    /// <summary>Scores every test image and compares the held-out class with the rest.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The trained model.</param>
    /// <param name="test">Test images of all classes.</param>
    /// <param name="heldOut">The class that counts as anomalous.</param>
    /// <exception cref="ArgumentException">The images do not fit the model, or the test set lacks anomalies or normal images.</exception>
    public static EvaluationReport Evaluate(Engine engine, VaeParameters<float> parameters, ImageDataset test, int heldOut)
    {
        ArgumentNullException.ThrowIfNull(test);
        var scores = new AnomalyScorer(engine, parameters).Score(test);
        var isAnomaly = test.Labels.ToArray().Select(label => label == heldOut).ToArray();
        ScoreReport Report(float[] score) => new(Auroc.Compute(score, isAnomaly));
        return new EvaluationReport(heldOut,
            new OrderedDictionary<string, ScoreReport>
            {
                ["mse"] = Report(scores.Mse),
                ["bce"] = Report(scores.CrossEntropy),
                ["kl"] = Report(scores.Kl),
                ["elbo"] = Report(scores.NegativeElbo),
            },
            test.Count, isAnomaly.Count(anomaly => anomaly),
            new NormalMeans(NormalMean(scores.Mse, isAnomaly), NormalMean(scores.CrossEntropy, isAnomaly), NormalMean(scores.Kl, isAnomaly)),
            ActiveUnits(scores.Mu, isAnomaly));
    }

    private static double NormalMean(float[] values, bool[] isAnomaly)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (isAnomaly[i]) continue;
            sum += values[i];
            count++;
        }

        return sum / count;
    }

    private static int ActiveUnits(Matrix<float> mu, bool[] isAnomaly)
    {
        var active = 0;
        for (var j = 0; j < mu.Columns; j++)
        {
            var column = new float[mu.Rows];
            for (var i = 0; i < mu.Rows; i++) column[i] = mu[i, j];
            var mean = NormalMean(column, isAnomaly);
            for (var i = 0; i < mu.Rows; i++) column[i] = (float)((column[i] - mean) * (column[i] - mean));
            if (NormalMean(column, isAnomaly) > ActiveVariance) active++;
        }

        return active;
    }
}
