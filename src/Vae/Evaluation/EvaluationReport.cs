// What an evaluation finds: the figures of every score, and what the model does with normal images.

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
