// Where test images lie in the latent space, in two dimensions.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>A test image on the map.</summary>
public readonly record struct MapPoint(double X, double Y, int Class);

/// <summary>A map of the latent space.</summary>
/// <param name="Shares">Shares of the variance of the normal images' mu along the two principal axes; null if the map is the latent space itself.</param>
/// <param name="Points">Some test images of each class: the first in the order of the test set.</param>
public sealed record LatentMap((double First, double Second)? Shares, ImmutableArray<MapPoint> Points)
{
    private const int MostDimensions = 256;

    /// <summary>The map of test images; null for a latent space of one dimension, or of so many that their axes would take minutes to find.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="mu">Means of q(z|x), <c>[n, latent]</c>.</param>
    /// <param name="labels">Their classes, <c>[n]</c>.</param>
    /// <param name="heldOut">The class that is the anomaly; the axes are found without it.</param>
    /// <param name="each">Most images of a class.</param>
    public static LatentMap? Of(Engine engine, Matrix<float> mu, ReadOnlySpan<byte> labels, int heldOut, int each)
    {
        if (mu.Columns is < 2 or > MostDimensions) return null;
        var classes = labels.ToArray();
        var plane = mu.Columns == 2 ? null : PrincipalPlane.Of(engine, mu, [.. Enumerable.Range(0, classes.Length).Where(i => classes[i] != heldOut)]);
        var shown = classes.Index().GroupBy(image => image.Item).OrderBy(group => group.Key).SelectMany(group => group.Take(each));
        return new LatentMap(plane is null ? null : (plane.FirstShare, plane.SecondShare), [.. shown.Select(image =>
        {
            var (x, y) = plane?.Project(mu.Row(image.Index)) ?? (mu[image.Index, 0], mu[image.Index, 1]);
            return new MapPoint(x, y, image.Item);
        })]);
    }
}
