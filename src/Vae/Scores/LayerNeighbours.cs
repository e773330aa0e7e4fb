// The default score: nearest neighbours in every layer of the network, from the pixels to the decoder.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The mean over the layers of the network of the relative distance to the nearest normal images, each standardised. (15.12)</summary>
/// <remarks>
/// <para>
/// Which layer tells a class depends on the class, and no label may be asked. So every layer is asked: the pixels, each hidden layer of the encoder, the
/// code, each hidden layer of the decoder. What a layer answers, <c>ln d - ½ ln a</c>, is put into units of its own spread among normal images (mean 0, standard
/// deviation 1 over the calibration), so that all have one weight, and averaged. Nothing is fitted to an anomaly.
/// </para>
/// <para>
/// Cost for 784-400-16, m references and n images: 1 600 m multiply-adds an image, and 1 600 m² once.
/// </para>
/// </remarks>
public sealed class LayerNeighbours : IAnomalyScore
{
    /// <summary>Most references, spread evenly over those there are.</summary>
    public const int MostReferences = 10_000;

    private readonly ImmutableArray<Layer> _layers;
    private readonly VaeArchitecture _architecture;

    private LayerNeighbours(ImmutableArray<Layer> layers, VaeArchitecture architecture) => (_layers, _architecture) = (layers, architecture);

    /// <summary>Prepares the neighbours of each layer.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <exception cref="ArgumentException">There are too few images, or a number is not finite.</exception>
    public static LayerNeighbours Fit(Engine engine, NormalImages normals)
    {
        ArgumentNullException.ThrowIfNull(normals);
        return new LayerNeighbours([.. NetworkSpace.All(normals.Reference).Select(space => Layer.Fit(engine, normals, space))], normals.Parameters.Architecture);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        var (sums, ofLayer) = (new double[scores.Length], new float[scores.Length]);
        foreach (var layer in _layers)
        {
            layer.Neighbours.Compute(engine, layer.Space.Of(engine, images), ofLayer);
            for (var i = 0; i < sums.Length; i++) sums[i] += (ofLayer[i] - layer.Mean) / layer.StandardDeviation;
        }

        for (var i = 0; i < scores.Length; i++) scores[i] = (float)(sums[i] / _layers.Length);
    }

    private sealed record Layer(NetworkSpace Space, RelativeNeighbours Neighbours, double Mean, double StandardDeviation)
    {
        public static Layer Fit(Engine engine, NormalImages normals, NetworkSpace space)
        {
            var all = space.Of(engine, normals.Reference);
            var chosen = new NeighbourSettings(RelativeNeighbours.K, MostReferences).Choose(all.Rows);
            var neighbours = new RelativeNeighbours(engine, NeighbourSettings.Rows(all, chosen));
            var scores = new float[normals.Calibration.Count];
            neighbours.Compute(engine, space.Of(engine, normals.Calibration), scores);
            var (sum, squares) = (0.0, 0.0);
            foreach (var score in scores) sum += score;
            var mean = sum / scores.Length;
            foreach (var score in scores) squares += (score - mean) * (score - mean);
            if (!(squares > 0))
                throw new ArgumentException("The calibration images are all at the same distance from the reference, or there are none; expected images that differ.", nameof(normals));
            return new Layer(space, neighbours, mean, Math.Sqrt(squares / scores.Length));
        }
    }
}
