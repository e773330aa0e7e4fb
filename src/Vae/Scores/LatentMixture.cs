// How unlikely an image's place in the latent space is, by a mixture of normal distributions.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The negative log density of mu under a mixture of normal distributions fitted to the reference's, in nats (16.17).</summary>
/// <remarks>
/// The normal images make clusters in the latent space, and an anomaly may lie between them, near the origin, where the prior finds it likely. Cost: the
/// fit, up to 100 rounds of n·K·d² operations; an image, K·d².
/// </remarks>
public sealed class LatentMixture : IAnomalyScore
{
    /// <summary>Normal distributions if nothing else is said. It is not the number of classes, which a score may not know.</summary>
    public const int DefaultComponents = 20;

    private readonly VaeArchitecture _architecture;

    private LatentMixture(VaeArchitecture architecture, MixtureFit mixture) => (_architecture, MixtureFit) = (architecture, mixture);

    /// <summary>The mixture and how it came about.</summary>
    public MixtureFit MixtureFit { get; }

    /// <summary>Fits the mixture to mu of the reference.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <param name="components">Normal distributions, 1 to the number of reference images.</param>
    /// <param name="seed">Of the random choice of the images that the distributions start from.</param>
    /// <exception cref="ArgumentException">There are too few reference images, their means are all the same, or one is not finite.</exception>
    public static LatentMixture Fit(Engine engine, NormalImages normals, int components = DefaultComponents, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(normals);
        var random = new RandomSequence(seed, RandomPurpose.MixtureStart, 0);
        return new LatentMixture(normals.Parameters.Architecture, ExpectationMaximization.Fit(engine, normals.Reference.Mu, components, random));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        var logDensities = new double[scores.Length];
        MixtureFit.Mixture.LogDensities(engine, images.Mu, logDensities);
        for (var i = 0; i < scores.Length; i++) scores[i] = (float)-logDensities[i];
    }
}
