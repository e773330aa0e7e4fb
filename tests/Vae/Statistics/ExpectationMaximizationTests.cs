// Mixtures of normal distributions: their density, and their fit by EM.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class ExpectationMaximizationTests
{
    private static readonly Engine OneThread = new(1);
    private static readonly RandomSequence Start = new(1, 2, 3);

    [Fact]
    public void The_density_is_that_of_the_definition()
    {
        // Weights, means and covariances [[a, b], [b, c]].
        (double Weight, double X, double Y, double A, double B, double C)[] parts = [(0.5, 0, 0, 1, 0.3, 2), (0.2, 3, -1, 0.1, 0, 0.1), (0.3, -2, 4, 2, -1, 1)];
        var mixture = new GaussianMixture([.. parts.Select(part =>
        {
            var covariance = new Matrix<double>(2, 2);
            (covariance[0, 0], covariance[0, 1], covariance[1, 0], covariance[1, 1]) = (part.A, part.B, part.B, part.C);
            return GaussianMixture.Component.Of(part.Weight, [part.X, part.Y], SymmetricEigen.Of(OneThread, covariance), 0);
        })]);
        var (rows, logDensities) = (new Matrix<float>(50, 2), new double[50]);
        new RandomSequence(2, 1, 0).FillNormal(rows.Flat);
        mixture.LogDensities(OneThread, rows, logDensities);
        for (var i = 0; i < 50; i++)
        {
            var density = parts.Sum(part =>
            {
                var (x, y, determinant) = (rows[i, 0] - part.X, rows[i, 1] - part.Y, part.A * part.C - part.B * part.B);
                var square = (part.C * x * x - 2 * part.B * x * y + part.A * y * y) / determinant;
                return part.Weight * Math.Exp(-square / 2) / (2 * Math.PI * Math.Sqrt(determinant));
            });
            Assert.Equal(Math.Log(density), logDensities[i], 1e-5);
        }
    }

    [Fact]
    public void One_distribution_is_mean_and_covariance_of_the_observations()
    {
        var (rows, logDensities) = (Clusters(300), new double[300]);
        ExpectationMaximization.Fit(OneThread, rows, 1, Start).Mixture.LogDensities(OneThread, rows, logDensities);
        var (_, c) = Plain.MeanAndCovariance(rows);
        var squares = Plain.SquaredMahalanobis(rows);
        var logFactor = -Math.Log(2 * Math.PI) - Math.Log(c[0, 0] * c[1, 1] - c[0, 1] * c[1, 0]) / 2;
        for (var i = 0; i < 300; i++) Assert.Equal(logFactor - squares[i] / 2, logDensities[i], 1e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_likelihood_never_falls(int components)
    {
        var history = ExpectationMaximization.Fit(OneThread, Clusters(900), components, Start).MeanLogDensities;
        Assert.True(history.Count > 1);
        for (var i = 1; i < history.Count; i++) Assert.True(history[i] > history[i - 1] - 1e-6, $"{history[i - 1]} fell to {history[i]}.");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void It_ends_with_the_first_iteration_that_adds_less_than_the_tolerance_or_with_the_last_allowed(int components)
    {
        var history = ExpectationMaximization.Fit(OneThread, Clusters(900), components, Start).MeanLogDensities;
        Assert.InRange(history.Count, 2, ExpectationMaximization.MostIterations);
        for (var i = 1; i < history.Count - 1; i++) Assert.True(history[i] - history[i - 1] >= ExpectationMaximization.Tolerance);
        if (history.Count < ExpectationMaximization.MostIterations) Assert.True(history[^1] - history[^2] < ExpectationMaximization.Tolerance);
    }

    [Fact]
    public void Clusters_are_found()
    {
        // The middle of a cluster with a third of the observations has the density N(0; 0, I)/3.
        var (middles, logDensities) = (new Matrix<float>(3, 2), new double[3]);
        (middles[1, 0], middles[2, 1]) = (20, 20);
        ExpectationMaximization.Fit(OneThread, Clusters(900), 3, Start).Mixture.LogDensities(OneThread, middles, logDensities);
        Assert.All(logDensities, logDensity => Assert.Equal(-Math.Log(3 * 2 * Math.PI), logDensity, 0.2));
    }

    [Fact]
    public void Fewer_different_observations_than_distributions_are_no_harm()
    {
        var (rows, logDensities) = (new Matrix<float>(10, 2), new double[10]);
        for (var i = 0; i < 10; i++) rows[i, 0] = i % 2;
        var fit = ExpectationMaximization.Fit(OneThread, rows, 5, Start);
        fit.Mixture.LogDensities(OneThread, rows, logDensities);
        Assert.All(logDensities, logDensity => Assert.True(double.IsFinite(logDensity)));
    }

    [Fact]
    public void Kernels_and_threads_change_no_bit()
    {
        var (rows, expected, actual) = (Clusters(900), new double[900], new double[900]);
        using var scalar = new Engine(1, "scalar");
        using var best = new Engine(3);
        var one = ExpectationMaximization.Fit(scalar, rows, 6, Start);
        var other = ExpectationMaximization.Fit(best, rows, 6, Start);
        one.Mixture.LogDensities(scalar, rows, expected);
        other.Mixture.LogDensities(best, rows, actual);
        Assert.Equal(one.MeanLogDensities, other.MeanLogDensities);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Unfit_observations_are_refused()
    {
        var rows = Clusters(9);
        Assert.Throws<ArgumentException>(() => ExpectationMaximization.Fit(OneThread, rows, 0, Start));
        Assert.Throws<ArgumentException>(() => ExpectationMaximization.Fit(OneThread, rows, 10, Start));
        Assert.Throws<ArgumentException>(() => ExpectationMaximization.Fit(OneThread, new Matrix<float>(5, 2), 2, Start));
        rows[3, 1] = float.NaN;
        Assert.Throws<ArgumentException>(() => ExpectationMaximization.Fit(OneThread, rows, 2, Start));
    }

    // Observations in turn from N((0, 0), I), N((20, 0), I) and N((0, 20), I).
    private static Matrix<float> Clusters(int n)
    {
        var rows = new Matrix<float>(n, 2);
        new RandomSequence(4, 1, 0).FillNormal(rows.Flat);
        for (var i = 0; i < n; i++)
            if (i % 3 > 0) rows[i, i % 3 - 1] += 20;
        return rows;
    }
}
