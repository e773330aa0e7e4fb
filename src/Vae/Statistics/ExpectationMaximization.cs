// Fits a mixture of normal distributions to observations.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>A fitted mixture, and how it came about.</summary>
/// <param name="Mixture">The mixture.</param>
/// <param name="MeanLogDensities">The mean log density of the observations after each iteration, in nats; it never falls but by rounding.</param>
public sealed record MixtureFit(GaussianMixture Mixture, IReadOnlyList<double> MeanLogDensities);

/// <summary>The EM algorithm for mixtures of normal distributions with full covariances.</summary>
/// <remarks>
/// A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm", Journal of the Royal Statistical
/// Society B 39, 1977. The start: D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
/// </remarks>
public static class ExpectationMaximization
{
    /// <summary>
    /// Smallest variance of a distribution in any direction, as a share of the observations' mean variance. Without one a distribution could
    /// close in on a single observation, and the density grow without bound.
    /// </summary>
    public const double SmallestVarianceShare = 1e-3;

    /// <summary>It ends when an iteration adds less than this to the mean log density, in nats.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Or after so many iterations.</summary>
    public const int MostIterations = 100;

    /// <summary>Fits a mixture.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, d]</c>.</param>
    /// <param name="components">Normal distributions, 1 to n.</param>
    /// <param name="random">Chooses the observations that the distributions start from.</param>
    /// <exception cref="ArgumentException">There are too few observations, they are all the same, or one is not finite.</exception>
    public static MixtureFit Fit(Engine engine, Matrix<float> rows, int components, RandomSequence random)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (components < 1 || components > rows.Rows)
            throw new ArgumentException(FormattableString.Invariant($"There are {components} components for {rows.Rows} rows; expected 1 to as many as rows."), nameof(components));
        var covariance = Covariance.Of(engine, rows, Covariance.Means(rows));
        var variance = 0.0;
        for (var j = 0; j < rows.Columns; j++) variance += covariance[j, j] / rows.Columns;
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentException(FormattableString.Invariant($"The mean variance of the {rows.Rows} rows is {variance}; expected a positive number."), nameof(rows));

        var responsibilities = Start(rows, components, random);
        var (logDensities, history) = (new double[rows.Rows], new List<double>());
        while (true)
        {
            var distributions = new GaussianMixture.Component[components];
            engine.ForRows(components, rows.Rows * rows.Columns, new Maximization(engine, rows, responsibilities, SmallestVarianceShare * variance, distributions));
            var mixture = new GaussianMixture(distributions);
            mixture.Responsibilities(engine, rows, logDensities, responsibilities);
            var mean = 0.0;
            foreach (var logDensity in logDensities) mean += logDensity;
            history.Add(mean / rows.Rows);
            if (history.Count == MostIterations || (history.Count > 1 && history[^1] - history[^2] < Tolerance)) return new MixtureFit(mixture, history);
        }
    }

    // An observation's share in a distribution that is smaller counts as none: most are, and each would cost d² operations.
    private const double SmallestShare = 1e-8;

    // Each observation belongs to the nearest of K of them: the first is any of them, the next each with a probability that grows with its squared
    // distance from the nearest one so far.
    private static Matrix<double> Start(Matrix<float> rows, int components, RandomSequence random)
    {
        Span<float> uniform = new float[components];
        random.FillUniform(uniform);
        var (nearest, owner) = (new double[rows.Rows], new int[rows.Rows]);
        Array.Fill(nearest, double.PositiveInfinity);
        for (var k = 0; k < components; k++)
        {
            var centre = rows.Row(k == 0 ? (int)((double)uniform[0] * rows.Rows) : Drawn(nearest, uniform[k]));
            for (var i = 0; i < rows.Rows; i++)
            {
                var square = 0.0;
                var row = rows.Row(i);
                for (var j = 0; j < row.Length; j++) square += ((double)row[j] - centre[j]) * ((double)row[j] - centre[j]);
                if (square < nearest[i]) (nearest[i], owner[i]) = (square, k);
            }
        }

        var responsibilities = new Matrix<double>(rows.Rows, components);
        for (var i = 0; i < rows.Rows; i++) responsibilities[i, owner[i]] = 1;
        return responsibilities;
    }

    private static int Drawn(double[] weights, double uniform)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        var (target, sum) = (uniform * total, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (sum > target) return i;
        }

        return 0;
    }

    // Weight, mean and covariance of each distribution's share of the observations (16.22). Of all covariances without a variance below the smallest
    // allowed, the likelihood is greatest for the one whose eigenvalues are raised to it (16.23), so the likelihood can't fall.
    private readonly struct Maximization(
        Engine engine, Matrix<float> rows, Matrix<double> responsibilities, double smallestVariance, GaussianMixture.Component[] distributions) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var alone = engine.OfOneThread();
            for (var k = first; k < limit; k++) distributions[k] = Of(alone, k);
        }

        private GaussianMixture.Component Of(Engine alone, int k)
        {
            var d = rows.Columns;
            var (mean, covariance, sum, difference) = (new double[d], new Matrix<double>(d, d), 0.0, new double[d]);
            for (var i = 0; i < rows.Rows; i++)
            {
                var share = responsibilities[i, k];
                var row = rows.Row(i);
                if (share < SmallestShare) continue;
                sum += share;
                for (var j = 0; j < d; j++) mean[j] += share * row[j];
            }

            if (sum == 0) return GaussianMixture.Component.Empty(d);
            for (var j = 0; j < d; j++) mean[j] /= sum;
            for (var i = 0; i < rows.Rows; i++)
            {
                var share = responsibilities[i, k];
                var row = rows.Row(i);
                if (share < SmallestShare) continue;
                for (var j = 0; j < d; j++) difference[j] = row[j] - mean[j];
                for (var a = 0; a < d; a++) VectorSums.AddMultiple(covariance.Row(a)[..(a + 1)], share * difference[a], difference.AsSpan(0, a + 1));
            }

            for (var a = 0; a < d; a++)
                for (var b = 0; b <= a; b++)
                    covariance[a, b] = covariance[b, a] = covariance[a, b] / sum;
            return GaussianMixture.Component.Of(sum / rows.Rows, mean, SymmetricEigen.Of(alone, covariance), smallestVariance);
        }
    }
}
