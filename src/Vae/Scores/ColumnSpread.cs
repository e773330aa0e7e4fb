// How much the columns of a matrix vary: the units in which scores count numbers of different kinds.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>Standard deviations of columns to divide by.</summary>
internal static class ColumnSpread
{
    /// <summary>The standard deviation of each column, <c>[columns]</c>, dividing by n; 1 for a column that does not vary.</summary>
    /// <param name="rows">Observations, <c>[n, columns]</c>, n at least 1.</param>
    /// <param name="means">Their means, <see cref="Covariance.Means"/>.</param>
    public static double[] Of(Matrix<float> rows, ReadOnlySpan<double> means)
    {
        var spreads = new double[rows.Columns];
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            for (var j = 0; j < row.Length; j++) spreads[j] += (row[j] - means[j]) * (row[j] - means[j]);
        }

        for (var j = 0; j < spreads.Length; j++) spreads[j] = spreads[j] > 0 ? Math.Sqrt(spreads[j] / rows.Rows) : 1;
        return spreads;
    }
}
