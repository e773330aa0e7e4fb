// How well a model tells the held-out class from the normal ones: it scores the test set and compares the two.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Evaluates a model on a test set.</summary>
public static class Evaluator
{
    // Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", ICLR 2016: a dimension whose mean varies by more is in use.
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

    // The variance over the normal images of each dimension's mean, mu [n, latent], held against the limit.
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
