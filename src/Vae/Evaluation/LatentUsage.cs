// Which latent dimensions a model uses: how much each tells of an image, and whether it tells anything.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The use of each latent dimension, measured on normal images.</summary>
/// <param name="KlPerDimension">KL divergence of each dimension from the prior (7.8), mean over the images, in nats: <c>[latent]</c>.</param>
/// <param name="ActiveUnits">Dimensions whose mean varies among the images by more than 0.01.</param>
/// <remarks>
/// A dimension whose divergence is 0 tells nothing: its q(z|x) is the prior for every image. Source of the active units and their limit:
/// Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", ICLR 2016.
/// </remarks>
public sealed record LatentUsage(IReadOnlyList<double> KlPerDimension, int ActiveUnits)
{
    private const double ActiveVariance = 0.01;

    /// <summary>Measures the use of the latent dimensions.</summary>
    /// <param name="mu">Means of q(z|x), <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances of q(z|x), same shape.</param>
    /// <param name="isAnomaly">The images to leave out, <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes differ, or no image is normal.</exception>
    public static LatentUsage Of(Matrix<float> mu, Matrix<float> logVar, ReadOnlySpan<bool> isAnomaly)
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        if (isAnomaly.Length != mu.Rows) throw new ArgumentException($"There are {isAnomaly.Length} labels of {mu.Rows} images.", nameof(isAnomaly));
        if (!isAnomaly.Contains(false)) throw new ArgumentException("There is no normal image to measure on.", nameof(isAnomaly));

        var klPerDimension = new double[mu.Columns];
        var active = 0;
        var (oneMu, oneLogVar, kl) = (new Matrix<float>(mu.Rows, 1), new Matrix<float>(mu.Rows, 1), new float[mu.Rows]);
        for (var j = 0; j < mu.Columns; j++)
        {
            for (var i = 0; i < mu.Rows; i++) (oneMu[i, 0], oneLogVar[i, 0]) = (mu[i, j], logVar[i, j]);
            GaussianKl.Forward(oneMu, oneLogVar, kl);
            klPerDimension[j] = NormalImagesMean.Of(kl, isAnomaly);
            if (Variance(oneMu.Flat, isAnomaly) > ActiveVariance) active++;
        }

        return new LatentUsage(klPerDimension, active);
    }

    private static double Variance(ReadOnlySpan<float> values, ReadOnlySpan<bool> isAnomaly)
    {
        var (mean, sum, count) = (NormalImagesMean.Of(values, isAnomaly), 0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (isAnomaly[i]) continue;
            sum += (values[i] - mean) * (values[i] - mean);
            count++;
        }

        return sum / count;
    }
}
