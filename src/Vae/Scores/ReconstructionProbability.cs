// The reconstruction probability: how badly images decoded from samples of q(z|x), not from its mean alone, explain the image.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The mean over L samples z of q(z|x) of the reconstruction loss -ln p(x|z), in nats. Nothing is fitted.</summary>
/// <remarks>
/// An and Cho, "Variational autoencoder based anomaly detection using reconstruction probability", technical report, SNU Data Mining Center, 2015
/// (theirs is minus this). Every image meets the same noise. Cost: L times the decoder.
/// </remarks>
public sealed class ReconstructionProbability : IAnomalyScore
{
    /// <summary>Samples of an image unless told otherwise.</summary>
    public const int DefaultSamples = 50;

    private readonly PosteriorSamples _samples;

    /// <summary>The score for a network.</summary>
    /// <param name="parameters">The network.</param>
    /// <param name="samples">L, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sample.</exception>
    public ReconstructionProbability(VaeParameters<float> parameters, int samples = DefaultSamples) => _samples = new PosteriorSamples(parameters, samples);

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _samples.Architecture, scores);
        var sums = new double[images.Count];
        _samples.ForEach(engine, images, (forward, start, _) =>
        {
            for (var i = 0; i < forward.Count; i++) sums[start + i] += forward.ReconstructionLoss.Flat[i];
        });
        for (var i = 0; i < scores.Length; i++) scores[i] = (float)(sums[i] / _samples.Count); // (17.9)
    }
}
