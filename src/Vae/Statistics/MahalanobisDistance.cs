// The distance from the mean in units of the spread that observations have in each direction.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Mahalanobis' squared distance from the mean of observations, under their covariance.</summary>
/// <remarks>
/// <para>With C·v = lambda·v, (x - m)'·C^-1·(x - m) = sum over j of ((x - m)·v_j)² / lambda_j: a squared length after whitening (16.11).</para>
/// <para>
/// Directions in which the observations hardly vary are left out: those with an eigenvalue below <see cref="SmallestShare"/> of the largest one, which
/// the single precision of the covariance could not tell from zero (16.12).
/// </para>
/// <para>P. C. Mahalanobis, "On the generalised distance in statistics", Proceedings of the National Institute of Sciences of India 2, 1936.</para>
/// </remarks>
public sealed class MahalanobisDistance
{
    /// <summary>Smallest eigenvalue that counts, as a share of the largest: a thousandth as standard deviations.</summary>
    public const double SmallestShare = 1e-6;

    private readonly Matrix<float> _whitening;
    private readonly Matrix<float> _mean;

    private MahalanobisDistance(Matrix<float> whitening, Matrix<float> mean) => (_whitening, _mean) = (whitening, mean);

    /// <summary>Directions that count, at most the number of columns.</summary>
    public int Dimensions => _whitening.Columns;

    /// <summary>Takes mean and covariance from observations.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, p]</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two observations, they are all the same, or one is not finite.</exception>
    public static MahalanobisDistance Fit(Engine engine, Matrix<float> rows)
    {
        var means = Covariance.Means(rows);
        var eigen = SymmetricEigen.Of(engine, Covariance.Of(engine, rows, means));
        if (eigen.Values[0] <= 0) throw new ArgumentException($"The {rows.Rows} observations do not vary; expected at least two different ones.", nameof(rows));
        var kept = eigen.Values.Count(value => value >= SmallestShare * eigen.Values[0]);
        var (whitening, mean) = (new Matrix<float>(rows.Columns, kept), new Matrix<float>(1, kept));
        for (var j = 0; j < kept; j++)
        {
            var vector = eigen.Vectors.Row(j);
            var deviation = Math.Sqrt(eigen.Values[j]);
            var sum = 0.0;
            for (var p = 0; p < vector.Length; p++)
            {
                whitening[p, j] = (float)(vector[p] / deviation);
                sum += means[p] * whitening[p, j];
            }

            mean[0, j] = (float)sum;
        }

        return new MahalanobisDistance(whitening, mean);
    }

    /// <summary>Computes the squared distance of each row from the mean.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, p]</c>.</param>
    /// <param name="squares">Receives the squared distances, <c>[n]</c>; their mean over the observations of the fit is <see cref="Dimensions"/>.</param>
    /// <exception cref="ArgumentException">The rows are of another length than those of the fit, or there is another number of distances.</exception>
    public void Compute(Engine engine, Matrix<float> rows, Span<float> squares)
    {
        rows.RequireShape(squares.Length, _whitening.Rows);
        var results = new float[squares.Length];
        Gemm.MultiplyRows(engine, rows, _whitening, new SquaredDistances(_mean, results));
        results.CopyTo(squares);
    }

    private readonly struct SquaredDistances(Matrix<float> mean, float[] results) : IRowConsumer<float>
    {
        public void Take(int row, ReadOnlySpan<float> values) => results[row] = VectorSums.SquaredDistance(values, mean.Flat);
    }
}
