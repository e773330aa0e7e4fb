// The mean distance to the nearest neighbours: what the neighbour scores compute, each of another layer.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The mean distance of a row to its k nearest among the rows of normal images. (15.9)</summary>
/// <remarks>
/// S. Ramaswamy, R. Rastogi and K. Shim, "Efficient algorithms for mining outliers from large data sets", SIGMOD 2000, rank by the distance to the
/// k-th neighbour; the mean over all k says the same with less noise.
/// </remarks>
internal sealed class MeanNeighbourDistance
{
    private readonly NearestNeighbours _neighbours;
    private readonly int _k;

    /// <summary>Prepares the references.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="layer">A layer's numbers for all normal images, <c>[n, columns]</c>.</param>
    /// <param name="metric">The distance.</param>
    /// <param name="settings">How many neighbours, among how many images; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are too few images, or a number is not finite.</exception>
    public MeanNeighbourDistance(Engine engine, Matrix<float> layer, DistanceMetric metric, NeighbourSettings? settings)
    {
        settings ??= new NeighbourSettings();
        _neighbours = new NearestNeighbours(engine, NeighbourSettings.Rows(layer, settings.Choose(layer.Rows)), metric);
        _k = settings.K;
    }

    /// <summary>Computes the mean distances.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="layer">The layer's numbers for the images to score, <c>[n, columns]</c>.</param>
    /// <param name="scores">Receives the means, <c>[n]</c>; NaN for a row with a NaN.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Compute(Engine engine, Matrix<float> layer, Span<float> scores)
    {
        ScoreArguments.RequireCount(layer.Rows, scores);
        var distances = _neighbours.Find(engine, layer, _k).Distances;
        for (var i = 0; i < scores.Length; i++)
        {
            var sum = 0.0;
            foreach (var distance in distances.Row(i)) sum += distance;
            scores[i] = (float)(sum / _k);
        }
    }
}
