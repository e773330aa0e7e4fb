// A baseline without a network: what an image has outside the pixels' first principal components.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>
/// The mean squared error of an image's reconstruction from the first d principal components of the reference's pixels, in squared grey values
/// from 0 to 1: what the best linear autoencoder with d latent dimensions gives (16.4).
/// </summary>
/// <remarks>
/// H. Hotelling, "Analysis of a complex of statistical variables into principal components", Journal of Educational Psychology 24, 1933. Cost: the
/// fit, the covariance and all eigenvectors of [features, features]; an image, two products of [features, d].
/// </remarks>
public sealed class PrincipalComponentResidual : IAnomalyScore
{
    private readonly VaeArchitecture _architecture;
    private readonly Matrix<float> _components;
    private readonly float[] _mean, _minusMeanCodes;

    private PrincipalComponentResidual(VaeArchitecture architecture, Matrix<float> components, float[] mean, float[] minusMeanCodes) =>
        (_architecture, _components, _mean, _minusMeanCodes) = (architecture, components, mean, minusMeanCodes);

    /// <summary>Takes the principal components of the reference's pixels.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <param name="components">Components, d, 1 to the number of pixels; by default as many as the network has latent dimensions.</param>
    /// <exception cref="ArgumentException">There are no reference images, or a pixel is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of components is out of range.</exception>
    public static PrincipalComponentResidual Fit(Engine engine, NormalImages normals, int? components = null)
    {
        ArgumentNullException.ThrowIfNull(normals);
        var (pixels, architecture) = (normals.Reference.Pixels, normals.Parameters.Architecture);
        var d = components ?? Math.Min(architecture.Latent, architecture.Features);
        if (d < 1 || d > architecture.Features)
            throw new ArgumentOutOfRangeException(nameof(components), d, FormattableString.Invariant($"Expected 1 to {architecture.Features} principal components."));
        var means = Covariance.Means(pixels);
        var vectors = SymmetricEigen.Of(engine, Covariance.Of(engine, pixels, means)).Vectors;
        var (rows, minusMeanCodes) = (new Matrix<float>(d, pixels.Columns), new float[d]);
        for (var j = 0; j < d; j++)
        {
            for (var p = 0; p < pixels.Columns; p++) rows[j, p] = (float)vectors[j, p];
            minusMeanCodes[j] = -(float)VectorSums.Dot<double>(means, vectors.Row(j));
        }

        return new PrincipalComponentResidual(architecture, rows, [.. means.Select(mean => (float)mean)], minusMeanCodes);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        var (codes, reconstruction) = (new Matrix<float>(images.Count, _components.Rows), new Matrix<float>(images.Count, _mean.Length));
        Gemm.Multiply(engine, images.Pixels, _components.Transposed, codes, ChainStart.Column, _minusMeanCodes);
        Gemm.Multiply(engine, codes, _components, reconstruction, ChainStart.Column, _mean);
        var errors = new Matrix<float>(1, images.Count);
        MeanSquaredError.Compute(engine, images.Pixels, reconstruction, errors);
        errors.Flat.CopyTo(scores);
    }
}
