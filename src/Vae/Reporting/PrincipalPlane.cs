// The plane in which points vary most: that of their first two principal components.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>The first two principal axes of points.</summary>
/// <param name="Mean">Mean of the points, <c>[d]</c>.</param>
/// <param name="First">Unit vector along which the points vary most, <c>[d]</c>; its largest component is positive.</param>
/// <param name="Second">The same among those at right angles to it.</param>
/// <param name="FirstShare">Share of the variance along the first.</param>
/// <param name="SecondShare">Share of the variance along the second.</param>
internal sealed record PrincipalPlane(double[] Mean, double[] First, double[] Second, double FirstShare, double SecondShare)
{
    /// <summary>The plane of some rows of a matrix.</summary>
    /// <param name="engine">The threads to use; they change no bit.</param>
    /// <param name="points">Points, <c>[n, d]</c> with d of 2 or more.</param>
    /// <param name="rows">Which of them, at least one.</param>
    public static PrincipalPlane Of(Engine engine, Matrix<float> points, IReadOnlyList<int> rows)
    {
        var d = points.Columns;
        var chosen = new Matrix<float>(rows.Count, d);
        for (var i = 0; i < rows.Count; i++) points.Row(rows[i]).CopyTo(chosen.Row(i));
        var mean = Covariance.Means(chosen);
        var eigen = SymmetricEigen.Of(engine, Covariance.Of(engine, chosen, mean));
        var total = eigen.Values.Sum();
        double Share(int i) => total > 0 ? eigen.Values[i] / total : 0;
        return new PrincipalPlane(mean, eigen.Vectors.Row(0).ToArray(), eigen.Vectors.Row(1).ToArray(), Share(0), Share(1));
    }

    /// <summary>Coordinates of a point in the plane.</summary>
    public (double X, double Y) Project(ReadOnlySpan<float> point)
    {
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < Mean.Length; i++)
        {
            x += (point[i] - Mean[i]) * First[i];
            y += (point[i] - Mean[i]) * Second[i];
        }

        return (x, y);
    }
}
