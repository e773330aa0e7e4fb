// Plain computations in double precision that tests compare with.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

internal static class Plain
{
    /// <summary>(x - m)'·C^-1·(x - m) of each row, by Gaussian elimination.</summary>
    public static double[] SquaredMahalanobis(Matrix<float> rows)
    {
        var (mean, covariance) = MeanAndCovariance(rows);
        return [.. Enumerable.Range(0, rows.Rows).Select(i =>
        {
            var difference = mean.Select((m, j) => rows[i, j] - m).ToArray();
            return difference.Zip(Solve(covariance, difference), (a, b) => a * b).Sum();
        })];
    }

    /// <summary>Mean and covariance of rows, divided by n.</summary>
    public static (double[] Mean, double[,] Covariance) MeanAndCovariance(Matrix<float> rows)
    {
        var p = rows.Columns;
        var mean = Enumerable.Range(0, p).Select(j => Enumerable.Range(0, rows.Rows).Average(i => (double)rows[i, j])).ToArray();
        var covariance = new double[p, p];
        for (var i = 0; i < rows.Rows; i++)
            for (var j = 0; j < p; j++)
                for (var k = 0; k < p; k++)
                    covariance[j, k] += (rows[i, j] - mean[j]) * (rows[i, k] - mean[k]) / rows.Rows;
        return (mean, covariance);
    }

    /// <summary>The solution of A·x = b for a positive definite A.</summary>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        var (a, x, n) = ((double[,])matrix.Clone(), (double[])right.Clone(), right.Length);
        for (var k = 0; k < n; k++)
        {
            for (var i = k + 1; i < n; i++)
            {
                var factor = a[i, k] / a[k, k];
                for (var j = k; j < n; j++) a[i, j] -= factor * a[k, j];
                x[i] -= factor * x[k];
            }
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++) x[i] -= a[i, j] * x[j];
            x[i] /= a[i, i];
        }

        return x;
    }
}
