// A density made of normal distributions.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>A mixture as numbers for a file.</summary>
/// <param name="Whitening">Columns k·d to (k+1)·d whiten by distribution k, <c>[d, K·d]</c>.</param>
/// <param name="Means">Its whitened mean, <c>[K·d]</c>.</param>
/// <param name="LogFactors">The log of what its density is multiplied by, <c>[K]</c>.</param>
internal sealed record GaussianMixtureParts(Matrix<float> Whitening, float[] Means, float[] LogFactors);

/// <summary>A mixture of normal distributions, p(x) = sum over k of w_k·N(x; m_k, C_k) (16.17).</summary>
/// <remarks>
/// Squared distances are computed in single precision by one matrix product, exponentials and logarithms by the engine's functions in single precision,
/// which have the same bits on every machine: a log density is so some 1e-6 of its size off.
/// </remarks>
public sealed class GaussianMixture
{
    private const double LogTwoPi = 1.8378770664093453;

    // Distribution k whitens by columns k·d to (k+1)·d: eigenvectors of its covariance over the roots of their eigenvalues (16.10).
    private readonly Matrix<float> _whitening, _means;
    private readonly double[] _logFactors;

    internal GaussianMixture(Component[] components)
    {
        (Components, Dimensions) = (components.Length, components[0].Mean.Length);
        _whitening = new Matrix<float>(Dimensions, Components * Dimensions);
        _means = new Matrix<float>(1, _whitening.Columns);
        _logFactors = [.. components.Select(component => component.LogFactor)];
        for (var column = 0; column < _whitening.Columns; column++)
        {
            var component = components[column / Dimensions];
            var direction = component.Whitening.Row(column % Dimensions);
            _means[0, column] = (float)VectorSums.Dot<double>(component.Mean, direction);
            for (var i = 0; i < Dimensions; i++) _whitening[i, column] = (float)direction[i];
        }
    }

    private GaussianMixture(Matrix<float> whitening, Matrix<float> means, double[] logFactors) =>
        (_whitening, _means, _logFactors, Components, Dimensions) = (whitening, means, logFactors, logFactors.Length, whitening.Rows);

    /// <summary>Normal distributions, K.</summary>
    public int Components { get; }

    /// <summary>Numbers of an observation, d.</summary>
    public int Dimensions { get; }

    /// <summary>Computes the log density of each row, in nats.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, d]</c>.</param>
    /// <param name="logDensities">Receives the log densities, <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The rows are of another length, or there is another number of log densities.</exception>
    public void LogDensities(Engine engine, Matrix<float> rows, Span<double> logDensities)
    {
        rows.RequireShape(logDensities.Length, Dimensions);
        var results = new double[logDensities.Length];
        Gemm.MultiplyRows(engine, rows, _whitening, new Densities(this, results, null));
        results.CopyTo(logDensities);
    }

    /// <summary>The same, and how much each distribution has to do with each row: r[i, k] = w_k·N_k(x_i) / p(x_i), <c>[n, K]</c> (16.19).</summary>
    internal void Responsibilities(Engine engine, Matrix<float> rows, double[] logDensities, Matrix<double> responsibilities) =>
        Gemm.MultiplyRows(engine, rows, _whitening, new Densities(this, logDensities, responsibilities));

    /// <summary>Computes the log density of each row, allocating nothing.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="rows">Observations, <c>[n, d]</c>.</param>
    /// <param name="whitened">Working memory, <c>[n, K·d]</c>.</param>
    /// <param name="logDensities">Receives the log densities, <c>[n]</c>, in nats.</param>
    internal void LogDensities(Engine engine, Matrix<float> rows, Matrix<float> whitened, Span<float> logDensities)
    {
        Gemm.Multiply(engine, rows, _whitening, whitened);
        Span<double> logJoints = stackalloc double[Components];
        for (var i = 0; i < logDensities.Length; i++) logDensities[i] = (float)LogDensity(whitened.Row(i), logJoints);
    }

    /// <summary>The mixture as floats, as a file holds it; distributions without weight are left out.</summary>
    internal GaussianMixtureParts ToParts()
    {
        int[] kept = [.. Enumerable.Range(0, Components).Where(k => double.IsFinite(_logFactors[k]))];
        var whitening = new Matrix<float>(Dimensions, kept.Length * Dimensions);
        var means = new float[whitening.Columns];
        for (var k = 0; k < kept.Length; k++)
        {
            var (from, to) = (kept[k] * Dimensions, k * Dimensions);
            for (var i = 0; i < Dimensions; i++) _whitening.Row(i).Slice(from, Dimensions).CopyTo(whitening.Row(i)[to..]);
            _means.Row(0).Slice(from, Dimensions).CopyTo(means.AsSpan(to));
        }

        return new GaussianMixtureParts(whitening, means, [.. kept.Select(k => (float)_logFactors[k])]);
    }

    /// <summary>The inverse of <see cref="ToParts"/>.</summary>
    internal static GaussianMixture FromParts(GaussianMixtureParts parts)
    {
        var means = new Matrix<float>(1, parts.Means.Length);
        parts.Means.CopyTo(means.Row(0));
        return new GaussianMixture(parts.Whitening, means, [.. parts.LogFactors.Select(factor => (double)factor)]);
    }

    /// <summary>One normal distribution with its weight.</summary>
    /// <param name="Mean">m, <c>[d]</c>.</param>
    /// <param name="Whitening">Row j is the j-th eigenvector of C over the root of its eigenvalue, <c>[d, d]</c>.</param>
    /// <param name="LogFactor">log w - (d·log 2π + log det C)/2.</param>
    internal sealed record Component(double[] Mean, Matrix<double> Whitening, double LogFactor)
    {
        /// <summary>One without weight: it has to do with no observation.</summary>
        public static Component Empty(int dimensions) => new(new double[dimensions], new Matrix<double>(dimensions, dimensions), double.NegativeInfinity);

        /// <summary>One of a weight, a mean, and the eigenvalues and eigenvectors of its covariance, the values raised to the smallest allowed.</summary>
        public static Component Of(double weight, double[] mean, SymmetricEigen covariance, double smallestVariance)
        {
            var whitening = new Matrix<double>(mean.Length, mean.Length);
            var logDeterminant = 0.0;
            for (var j = 0; j < mean.Length; j++)
            {
                var variance = Math.Max(covariance.Values[j], smallestVariance);
                var deviation = Math.Sqrt(variance);
                logDeterminant += LogOf(variance);
                for (var i = 0; i < mean.Length; i++) whitening[j, i] = covariance.Vectors[j, i] / deviation;
            }

            return new Component(mean, whitening, LogOf(weight) - (mean.Length * LogTwoPi + logDeterminant) / 2);
        }
    }

    private static double LogOf(double x) => Log.Invoke(Vector256.Create((float)x))[0];

    // log sum of exponentials, with the largest taken out so that none overflows and not all vanish (16.18).
    private double LogDensity(ReadOnlySpan<float> whitened, Span<double> logJoints)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < logJoints.Length; k++)
        {
            var square = VectorSums.SquaredDistance<float>(whitened.Slice(k * Dimensions, Dimensions), _means.Row(0).Slice(k * Dimensions, Dimensions));
            logJoints[k] = _logFactors[k] - square / 2;
            largest = Math.Max(largest, logJoints[k]);
        }

        // Where every square has overflowed there is nothing to take out.
        if (double.IsNegativeInfinity(largest)) return largest;
        Span<float> shares = stackalloc float[logJoints.Length];
        Exponentials(logJoints, largest, shares);
        var sum = 0.0;
        foreach (var share in shares) sum += share;
        return largest + LogOf(sum);
    }

    // e^(x - origin) of each.
    private static void Exponentials(ReadOnlySpan<double> xs, double origin, Span<float> results)
    {
        for (var i = 0; i < xs.Length; i++) results[i] = (float)(xs[i] - origin);
        VectorMap.Apply(results, results, new Exponential());
    }

    private readonly struct Exponential : IUnaryMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> a) => Exp.Invoke(a);
    }

    private readonly struct Densities(GaussianMixture mixture, double[] logDensities, Matrix<double>? responsibilities) : IRowConsumer<float>
    {
        public void Take(int row, ReadOnlySpan<float> values)
        {
            var own = responsibilities is { } all ? all.Row(row) : new double[mixture.Components];
            logDensities[row] = mixture.LogDensity(values, own);
            if (responsibilities is null) return;
            Span<float> shares = stackalloc float[own.Length];
            Exponentials(own, logDensities[row], shares);
            for (var k = 0; k < own.Length; k++) own[k] = shares[k];
        }
    }
}
