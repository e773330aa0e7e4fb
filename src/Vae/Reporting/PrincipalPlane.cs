// The plane in which points vary most, by Jacobi's rotations of their covariance.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>The first two principal axes of points.</summary>
/// <param name="Mean">Mean of the points, <c>[d]</c>.</param>
/// <param name="First">Unit vector along which the points vary most, <c>[d]</c>; its largest component is positive.</param>
/// <param name="Second">The same among those at right angles to it.</param>
/// <param name="FirstShare">Share of the variance along the first.</param>
/// <param name="SecondShare">Share of the variance along the second.</param>
/// <remarks>Source: C. G. J. Jacobi, "Über ein leichtes Verfahren ...", Crelle's Journal 30, 1846. Every sum is in double precision and in a fixed order.</remarks>
internal sealed record PrincipalPlane(double[] Mean, double[] First, double[] Second, double FirstShare, double SecondShare)
{
    private const int MostSweeps = 50;

    /// <summary>The plane of some rows of a matrix.</summary>
    /// <param name="points">Points, <c>[n, d]</c> with d of 2 or more.</param>
    /// <param name="rows">Which of them, at least one.</param>
    public static PrincipalPlane Of(Matrix<float> points, IReadOnlyList<int> rows)
    {
        var d = points.Columns;
        var mean = new double[d];
        foreach (var row in rows)
            for (var i = 0; i < d; i++) mean[i] += points[row, i];
        for (var i = 0; i < d; i++) mean[i] /= rows.Count;

        var covariance = new double[d, d];
        var offset = new double[d];
        foreach (var row in rows)
        {
            for (var i = 0; i < d; i++) offset[i] = points[row, i] - mean[i];
            for (var i = 0; i < d; i++)
                for (var j = 0; j <= i; j++) covariance[i, j] += offset[i] * offset[j];
        }

        for (var i = 0; i < d; i++)
            for (var j = 0; j <= i; j++) covariance[j, i] = covariance[i, j] /= rows.Count;

        var axes = Diagonalize(covariance);
        int[] order = [.. Enumerable.Range(0, d).OrderByDescending(i => covariance[i, i]).ThenBy(i => i)];
        var total = Enumerable.Range(0, d).Sum(i => covariance[i, i]);
        double Share(int i) => total > 0 ? covariance[i, i] / total : 0;
        return new PrincipalPlane(mean, Column(axes, order[0]), Column(axes, order[1]), Share(order[0]), Share(order[1]));
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

    // Leaves the eigenvalues on the diagonal of a symmetric matrix and returns the eigenvectors as columns.
    private static double[,] Diagonalize(double[,] a)
    {
        var d = a.GetLength(0);
        var axes = new double[d, d];
        for (var i = 0; i < d; i++) axes[i, i] = 1;
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            var rotated = false;
            for (var p = 0; p < d; p++)
            {
                for (var q = p + 1; q < d; q++)
                {
                    // Once an entry is lost in the rounding of its diagonal there is nothing left to turn.
                    if (Math.Abs(a[p, q]) <= 1e-16 * Math.Sqrt(Math.Abs(a[p, p] * a[q, q]))) continue;
                    Rotate(a, axes, p, q);
                    rotated = true;
                }
            }

            if (!rotated) break;
        }

        return axes;
    }

    // The rotation in the plane of p and q that makes their entry zero.
    private static void Rotate(double[,] a, double[,] axes, int p, int q)
    {
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        var d = a.GetLength(0);
        for (var k = 0; k < d; k++) (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (var k = 0; k < d; k++) (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (var k = 0; k < d; k++) (axes[k, p], axes[k, q]) = (c * axes[k, p] - s * axes[k, q], s * axes[k, p] + c * axes[k, q]);
        a[p, q] = a[q, p] = 0;
    }

    private static double[] Column(double[,] axes, int column)
    {
        double[] axis = [.. Enumerable.Range(0, axes.GetLength(0)).Select(i => axes[i, column])];
        return axis.MaxBy(Math.Abs) < 0 ? [.. axis.Select(value => -value)] : axis;
    }
}
