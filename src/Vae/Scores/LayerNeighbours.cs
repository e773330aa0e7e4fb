// Score: how far an image is from normal ones in one layer of the network, for how dense that place is.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The relative distance to the nearest normal training images in one layer: ln d - ½ ln a, see <see cref="RelativeNeighbours"/>. (15.11)</summary>
/// <remarks>Cost for m references, n images and a layer of D units: m·D multiply-adds an image, and m²·D once.</remarks>
public sealed class LayerNeighbours : IAnomalyScore
{
    /// <summary>Most references, spread evenly over those there are.</summary>
    public const int MostReferences = 10_000;

    private readonly NetworkSpace _space;
    private readonly RelativeNeighbours _neighbours;
    private readonly VaeArchitecture _architecture;

    private LayerNeighbours(NetworkSpace space, RelativeNeighbours neighbours, VaeArchitecture architecture) =>
        (_space, _neighbours, _architecture) = (space, neighbours, architecture);

    /// <summary>A score for each layer: the pixels, the encoder's hidden layers, the code, the decoder's hidden layers.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images; the reference is used.</param>
    /// <exception cref="ArgumentException">There are too few images, or a number is not finite.</exception>
    public static ImmutableArray<LayerNeighbours> FitAll(Engine engine, NormalImages normals)
    {
        ArgumentNullException.ThrowIfNull(normals);
        return [.. NetworkSpace.All(normals.Reference).Select(space => Fit(engine, normals, space))];
    }

    /// <summary>The score in one space.</summary>
    internal static LayerNeighbours Fit(Engine engine, NormalImages normals, NetworkSpace space)
    {
        var chosen = new NeighbourSettings(RelativeNeighbours.K, MostReferences).Choose(normals.Reference.Count);
        return new(space, new RelativeNeighbours(engine, space.Of(engine, normals.Reference, chosen)), normals.Parameters.Architecture);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        _neighbours.Compute(engine, _space.Of(engine, images), scores);
    }
}
