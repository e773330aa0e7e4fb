// Typicality: how far an image's negative ELBO is from what normal images have, on either side.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>|negative ELBO - its mean over normal images|, in nats, at z = mu: an image that is too likely is suspicious as well.</summary>
/// <remarks>
/// Nalisnick, Matsukawa, Teh and Lakshminarayanan, "Detecting out-of-distribution inputs to deep generative models using typicality",
/// arXiv:1906.02994, 2019, for a batch of one image. Cost: that of reading two numbers.
/// </remarks>
public sealed class Typicality : IAnomalyScore
{
    private static readonly NetworkScore NegativeElbo = new(ScoreKind.NegativeElbo);

    private Typicality(double mean) => Mean = mean;

    /// <summary>Mean negative ELBO of the reference, in nats: an estimate of the entropy of the model's distribution, from above.</summary>
    public double Mean { get; }

    /// <summary>Takes the mean over the reference.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">The normal images.</param>
    /// <exception cref="ArgumentException">The reference is empty.</exception>
    public static Typicality Fit(Engine engine, NormalImages normals)
    {
        ArgumentNullException.ThrowIfNull(normals);
        if (normals.Reference.Count == 0) throw new ArgumentException("There is no reference image; expected 1 or more.", nameof(normals));
        var scores = new float[normals.Reference.Count];
        NegativeElbo.Compute(engine, normals.Reference, scores);
        var sum = 0.0;
        foreach (var score in scores) sum += score;
        return new Typicality(sum / scores.Length);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        NegativeElbo.Compute(engine, images, scores);
        foreach (ref var score in scores) score = (float)Math.Abs(score - Mean); // (17.11)
    }
}
