// Baseline without a model: how far an image's pixels are from those of normal images.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The mean distance of the pixels to the k nearest normal training images: what a score of a model has to beat. (15.9)</summary>
/// <remarks>
/// Euclidean, in grey values from 0 to 1, or cosine, to which an image and a darker copy of it are the same. Cost: n·m·features multiply-adds for
/// n images and m references, fewer by the pixels that are black, 3.4 seconds of processor time for 10 000 and 20 000.
/// </remarks>
public sealed class PixelNeighbours : IAnomalyScore
{
    private readonly MeanNeighbourDistance _distance;

    private PixelNeighbours(MeanNeighbourDistance distance) => _distance = distance;

    /// <summary>Takes the pixels of normal images.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="normals">Normal images; the reference is used.</param>
    /// <param name="metric">The distance.</param>
    /// <param name="settings">How many neighbours, among how many images; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are too few images.</exception>
    public static PixelNeighbours Fit(
        Engine engine, NormalImages normals, DistanceMetric metric = DistanceMetric.Euclidean, NeighbourSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(normals);
        return new(new MeanNeighbourDistance(engine, normals.Reference.Pixels, metric, settings));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        _distance.Compute(engine, images.Pixels, scores);
    }
}
