// The importance-weighted bound: a bound of -ln p(x) that is the tighter the more samples of q(z|x) it weighs.

using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>-ln of the mean over K samples z_k of q(z|x) of p(x, z_k) / q(z_k|x), in nats. Nothing is fitted.</summary>
/// <remarks>
/// Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", ICLR 2016, section 3. With K = 1 it is a one-sample estimate of the
/// negative ELBO. Every image meets the same noise. Cost: K times the decoder.
/// </remarks>
public sealed class ImportanceWeightedBound : IAnomalyScore
{
    // With z = mu + sigma·eps and s = ln sigma², (7.15):  -ln w = CE(x, z) + sum over j of (z² - eps² - s) / 2   (17.3)
    // and the score is  -ln(1/K sum of w_k) = c - ln(1/K sum of e^(c + ln w_k)), c being the least of the -ln w_k, which overflows nowhere (17.4).

    /// <summary>Samples of an image unless told otherwise.</summary>
    public const int DefaultSamples = 50;

    private readonly PosteriorSamples _samples;

    /// <summary>The score for a network.</summary>
    /// <param name="parameters">The network.</param>
    /// <param name="samples">K, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sample.</exception>
    public ImportanceWeightedBound(VaeParameters<float> parameters, int samples = DefaultSamples) => _samples = new PosteriorSamples(parameters, samples);

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _samples.Architecture, scores);
        var losses = new Matrix<double>(images.Count, _samples.Count);
        _samples.ForEach(engine, images, (forward, start, sample) =>
        {
            for (var i = 0; i < forward.Count; i++) losses[start + i, sample] = NegativeLogWeight(forward, i);
        });
        for (var i = 0; i < scores.Length; i++) scores[i] = (float)NegativeLogMean(losses.Row(i));
    }

    private static double NegativeLogWeight(VaeForward<float> forward, int image)
    {
        ReadOnlySpan<float> z = forward.Latent.Row(image), eps = forward.Noise.Row(image), logVar = forward.LogVar.Row(image);
        var sum = 0.0;
        for (var j = 0; j < z.Length; j++) sum += (double)z[j] * z[j] - (double)eps[j] * eps[j] - logVar[j];
        return forward.ReconstructionLoss.Flat[image] + sum / 2;
    }

    // -ln of the mean of e^-loss. The least loss is added back in double precision, so single precision is enough for the rest.
    private static double NegativeLogMean(ReadOnlySpan<double> losses)
    {
        var least = double.PositiveInfinity;
        foreach (var loss in losses) least = Math.Min(least, loss);
        var sum = 0.0;
        foreach (var loss in losses) sum += Exp.Invoke(Vector256.Create((float)(least - loss))).ToScalar();
        return least - Log.Invoke(Vector256.Create((float)(sum / losses.Length))).ToScalar();
    }
}
