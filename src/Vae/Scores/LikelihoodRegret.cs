// Likelihood regret: what the bound of an image gains when q(z|x) is fitted to that image alone.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The negative ELBO with the encoder's q(z|x), less that with the best q found for the one image, in nats, 0 or more. Nothing is fitted.</summary>
/// <remarks>
/// <para>
/// Xiao, Yan and Amit, "Likelihood regret: an out-of-distribution detection score for variational auto-encoder", NeurIPS 2020. They train a copy
/// of the encoder on the image; here the encoder's answer itself, mu and logVar, is what Adam moves, so that many images go side by side, each by
/// itself. A step takes a sample of its own, the same for every image; the two bounds are compared on the same other samples, with the KL
/// divergence in closed form.
/// </para>
/// <para>Cost: for each step the decoder and its backward pass by its input, and twice the decoder for each sample of the comparison.</para>
/// </remarks>
public sealed class LikelihoodRegret : IAnomalyScore
{
    /// <summary>Steps unless told otherwise.</summary>
    public const int DefaultSteps = 100;

    /// <summary>Samples of the comparison unless told otherwise.</summary>
    public const int DefaultSamples = 16;

    /// <summary>Adam's step size unless told otherwise.</summary>
    public const double DefaultLearningRate = 0.01;

    private const int BatchSize = 256;

    private readonly VaeParameters<float> _parameters;
    private readonly Matrix<float> _samples, _steps;
    private readonly double _learningRate;

    /// <summary>The score for a network.</summary>
    /// <param name="parameters">The network.</param>
    /// <param name="steps">Steps of the fit, 1 or more.</param>
    /// <param name="samples">Samples on which the two bounds are compared, 1 or more.</param>
    /// <param name="learningRate">Adam's step size.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step or no sample, or the step size is no finite number above 0.</exception>
    public LikelihoodRegret(
        VaeParameters<float> parameters, int steps = DefaultSteps, int samples = DefaultSamples, double learningRate = DefaultLearningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (!(learningRate > 0) || !double.IsFinite(learningRate))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate has to be a finite number above 0.");
        (_parameters, _learningRate) = (parameters, learningRate);
        _samples = PosteriorSamples.Noise(RandomPurpose.ScoreSamples, samples, parameters.Architecture.Latent);
        _steps = PosteriorSamples.Noise(RandomPurpose.ScoreSteps, steps, parameters.Architecture.Latent);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _parameters.Architecture, scores);
        var fit = new PosteriorFit<float>(engine, _parameters, Math.Clamp(images.Count, 1, BatchSize));
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            fit.Forward.Count = Math.Min(BatchSize, images.Count - start);
            PosteriorSamples.Place(images, start, fit.Forward);
            fit.Forward.LogVar.Flat.CopyTo(fit.Forward.RawLogVar.Flat);
            var before = NegativeElbo(fit);
            Fit(fit);
            var after = NegativeElbo(fit);
            // The encoder's answer is one of those that count as fitted, so a fit that makes it worse regrets nothing. (17.13)
            for (var i = 0; i < before.Length; i++) scores[start + i] = (float)Math.Max(before[i] - after[i], 0);
        }
    }

    private void Fit(PosteriorFit<float> fit)
    {
        var adam = new Adam<float>(2 * fit.Forward.Count * fit.Forward.Mu.Columns, _learningRate);
        for (var step = 0; step < _steps.Rows; step++)
        {
            PosteriorSamples.Spread(_steps.Row(step), fit.Forward.Noise);
            fit.Step(adam);
        }
    }

    private double[] NegativeElbo(PosteriorFit<float> fit)
    {
        var mean = new double[fit.Forward.Count];
        for (var sample = 0; sample < _samples.Rows; sample++)
        {
            PosteriorSamples.Spread(_samples.Row(sample), fit.Forward.Noise);
            fit.Evaluate();
            for (var i = 0; i < mean.Length; i++) mean[i] += fit.Forward.ReconstructionLoss.Flat[i];
        }

        for (var i = 0; i < mean.Length; i++) mean[i] = mean[i] / _samples.Rows + fit.Forward.Kl.Flat[i];
        return mean;
    }
}
