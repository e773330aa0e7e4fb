// Score without a network: how far an image's edges are from those of normal ones.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The relative distance, see <see cref="LayerNeighbours"/>, to the nearest normal training images by the directions of their edges. (15.15)</summary>
/// <remarks>
/// Each image's histograms of <see cref="OrientedGradients"/> are scaled to length 1, so that the distance tells the angle between two: how strong all edges are is left out. Cost for
/// m references and n images: m multiply-adds an image for each of their numbers, and m² once.
/// </remarks>
public sealed class GradientNeighbours : IAnomalyScore
{
    /// <summary>Cells along each side of the grid, unless told otherwise: of 4 x 4 pixels each in images of 28 x 28.</summary>
    public const int DefaultCells = 7;

    /// <summary>Cells of a coarse grid, which forgives more of where an edge lies: of 7 x 7 pixels each there.</summary>
    public const int CoarseCells = 4;

    private readonly LayerNeighbours _neighbours;

    private GradientNeighbours(LayerNeighbours neighbours) => _neighbours = neighbours;

    /// <summary>Takes the edges of normal images.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images; the reference is used, at most <see cref="LayerNeighbours.MostReferences"/> of it, spread evenly.</param>
    /// <param name="cells">Cells along each side of the grid, 1 or more.</param>
    /// <exception cref="ArgumentException">There are too few images, they are no images, or a number is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no cell.</exception>
    public static GradientNeighbours Fit(Engine engine, NormalImages normals, int cells = DefaultCells)
    {
        ArgumentNullException.ThrowIfNull(normals);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        return new(LayerNeighbours.Fit(engine, normals, NetworkSpace.Edges(normals.Reference.Width, cells)));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores) => _neighbours.Compute(engine, images, scores);
}
