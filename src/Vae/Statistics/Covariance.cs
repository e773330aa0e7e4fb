// Means and covariances of a matrix's rows.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Means and covariances of observations given as rows.</summary>
public static class Covariance
{
    // Products of so many rows are summed in single precision, and the sums of these in double precision.
    private const int RowsAtOnce = 256;

    /// <summary>Effectively computes <c>means[j] = mean over i of rows[i, j]</c>, in double precision (16.1).</summary>
    /// <param name="rows">Observations, <c>[n, p]</c>, n at least 1.</param>
    /// <exception cref="ArgumentException">There are no observations.</exception>
    public static double[] Means(Matrix<float> rows)
    {
        if (rows.Rows == 0) throw new ArgumentException("There are no rows to take the mean of; expected at least one.", nameof(rows));
        var sums = new double[rows.Columns];
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            for (var j = 0; j < sums.Length; j++) sums[j] += row[j];
        }

        for (var j = 0; j < sums.Length; j++) sums[j] /= rows.Rows;
        return sums;
    }

    /// <summary>
    /// Effectively computes <c>covariance[j, k] = mean over i of (rows[i, j] - means[j])·(rows[i, k] - means[k])</c> (16.1), dividing by n.
    /// </summary>
    /// <remarks>
    /// Differences are rounded to single precision, their products are summed in single precision over 256 rows, and these sums in double
    /// precision. An element's error is so at most 258·2^-24, 1.5e-5, of the mean of the absolute products, and in practice some 1e-7 of it.
    /// </remarks>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, p]</c>, n at least 1.</param>
    /// <param name="means">Their means, <c>[p]</c>.</param>
    /// <returns>A symmetric matrix, <c>[p, p]</c>.</returns>
    /// <exception cref="ArgumentException">There are no observations, or another number of means.</exception>
    public static Matrix<double> Of(Engine engine, Matrix<float> rows, ReadOnlySpan<double> means)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var p = rows.Columns;
        if (rows.Rows == 0) throw new ArgumentException("There are no rows to take the covariance of; expected at least one.", nameof(rows));
        if (means.Length != p) throw new ArgumentException(FormattableString.Invariant($"There are {means.Length} means; expected {p}."), nameof(means));
        var (covariance, centred, product) = (new Matrix<double>(p, p), new Matrix<float>(Math.Min(RowsAtOnce, rows.Rows), p), new Matrix<float>(p, p));
        for (var start = 0; start < rows.Rows; start += RowsAtOnce)
        {
            var block = centred.RowBlock(0, Math.Min(RowsAtOnce, rows.Rows - start));
            for (var i = 0; i < block.Rows; i++)
            {
                var row = rows.Row(start + i);
                var difference = block.Row(i);
                for (var j = 0; j < p; j++) difference[j] = (float)(row[j] - means[j]);
            }

            Gemm.Multiply(engine, block.Transposed, block, product);
            engine.ForRows(p, p, new Accumulate(product, covariance));
        }

        var sums = covariance.Flat;
        for (var i = 0; i < sums.Length; i++) sums[i] /= rows.Rows;
        return covariance;
    }

    private readonly struct Accumulate(Matrix<float> product, Matrix<double> sums) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                var from = product.Row(row);
                var to = sums.Row(row);
                for (var j = 0; j < to.Length; j++) to[j] += from[j];
            }
        }
    }
}
