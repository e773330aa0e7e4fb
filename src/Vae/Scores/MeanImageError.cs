// A baseline without a network: how far an image is from the mean image.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The mean squared distance of an image from the mean of the reference, in squared grey values from 0 to 1.</summary>
/// <remarks>
/// It is <see cref="PrincipalComponentResidual"/> without any component (16.4): what a model that reconstructs every image alike would give. Cost: one
/// pass over the pixels.
/// </remarks>
public sealed class MeanImageError : IAnomalyScore
{
    private readonly VaeArchitecture _architecture;
    private readonly float[] _mean;

    private MeanImageError(VaeArchitecture architecture, float[] mean) => (_architecture, _mean) = (architecture, mean);

    /// <summary>Takes the mean image of the reference.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <exception cref="ArgumentException">There are no reference images.</exception>
    public static MeanImageError Fit(Engine engine, NormalImages normals)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(normals);
        return new(normals.Parameters.Architecture, [.. Covariance.Means(normals.Reference.Pixels).Select(mean => (float)mean)]);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        var results = new float[scores.Length];
        engine.ForRows(images.Count, _mean.Length, new Body(images.Pixels, _mean, results));
        results.CopyTo(scores);
    }

    private readonly struct Body(Matrix<float> pixels, float[] mean, float[] results) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) results[i] = VectorSums.SquaredDistance<float>(pixels.Row(i), mean) / mean.Length;
        }
    }
}
