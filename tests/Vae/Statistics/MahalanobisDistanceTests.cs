// Covariances and the distance under them, against plain sums in double precision.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class MahalanobisDistanceTests
{
    private static readonly Engine OneThread = new(1);

    // Less than a block of rows, whole blocks, and part of one more.
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(600)]
    public void Covariances_are_those_of_the_definition(int n)
    {
        var rows = Observations(n);
        var means = Covariance.Means(rows);
        var covariance = Covariance.Of(OneThread, rows, means);
        for (var j = 0; j < rows.Columns; j++)
        {
            Assert.Equal(Enumerable.Range(0, n).Average(i => (double)rows[i, j]), means[j], 1e-12);
            for (var k = 0; k < rows.Columns; k++)
            {
                var products = Enumerable.Range(0, n).Select(i => (rows[i, j] - means[j]) * (rows[i, k] - means[k])).ToArray();
                Assert.Equal(products.Average(), covariance[j, k], products.Average(Math.Abs) * 258 / (1 << 24));
                Assert.Equal(covariance[k, j], covariance[j, k]);
            }
        }
    }

    [Fact]
    public void Distances_are_those_of_the_inverse_covariance()
    {
        var (rows, squares) = (Observations(400), new float[400]);
        var distance = MahalanobisDistance.Fit(OneThread, rows);
        distance.Compute(OneThread, rows, squares);
        Assert.Equal(rows.Columns, distance.Dimensions);
        var expected = Plain.SquaredMahalanobis(rows);
        for (var i = 0; i < 400; i++) Assert.Equal(expected[i], squares[i], 1e-4 * expected[i] + 1e-4);
        Assert.Equal(rows.Columns, squares.Average(), 1e-3);
    }

    [Fact]
    public void Directions_without_spread_are_left_out()
    {
        // A constant column, and one that is the sum of two others.
        var (rows, more, squares) = (Observations(400), new Matrix<float>(400, 6), new float[400]);
        for (var i = 0; i < 400; i++)
        {
            rows.Row(i).CopyTo(more.Row(i));
            more[i, 4] = 3;
            more[i, 5] = rows[i, 0] + rows[i, 1];
        }

        var distance = MahalanobisDistance.Fit(OneThread, more);
        distance.Compute(OneThread, more, squares);
        Assert.Equal(4, distance.Dimensions);
        var expected = Plain.SquaredMahalanobis(rows);
        for (var i = 0; i < 400; i++) Assert.Equal(expected[i], squares[i], 1e-4 * expected[i] + 1e-4);
    }

    // By a power of two, so that everything but the exponents stays.
    [Theory]
    [InlineData(1 / 1024f)]
    [InlineData(1024f)]
    public void A_unit_changes_neither_the_directions_nor_the_distances(float unit)
    {
        var (rows, scaled, expected, actual) = (Observations(400), Observations(400), new float[400], new float[400]);
        foreach (ref var number in scaled.Flat) number *= unit;
        var distance = MahalanobisDistance.Fit(OneThread, scaled);
        MahalanobisDistance.Fit(OneThread, rows).Compute(OneThread, rows, expected);
        distance.Compute(OneThread, scaled, actual);
        Assert.Equal(rows.Columns, distance.Dimensions);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Kernels_and_threads_change_no_bit()
    {
        var (rows, expected, actual) = (Observations(700), new float[700], new float[700]);
        using var scalar = new Engine(1, "scalar");
        using var best = new Engine(3);
        MahalanobisDistance.Fit(scalar, rows).Compute(scalar, rows, expected);
        MahalanobisDistance.Fit(best, rows).Compute(best, rows, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Unfit_observations_are_refused()
    {
        var rows = Observations(20);
        Assert.Throws<ArgumentException>(() => MahalanobisDistance.Fit(OneThread, new Matrix<float>(0, 3)));
        Assert.Throws<ArgumentException>(() => MahalanobisDistance.Fit(OneThread, new Matrix<float>(5, 3)));
        Assert.Throws<ArgumentException>(() => MahalanobisDistance.Fit(OneThread, rows).Compute(OneThread, rows, new float[19]));
        Assert.Throws<ArgumentException>(() => MahalanobisDistance.Fit(OneThread, rows).Compute(OneThread, rows.FirstColumns(3), new float[20]));
        Assert.Throws<ArgumentException>(() => Covariance.Of(OneThread, rows, [0, 0]));
        rows[7, 2] = float.NaN;
        Assert.Throws<ArgumentException>(() => MahalanobisDistance.Fit(OneThread, rows));
    }

    // Four columns of different means and spreads, two of them correlated.
    private static Matrix<float> Observations(int n)
    {
        var rows = new Matrix<float>(n, 4);
        new RandomSequence(8, 1, 0).FillNormal(rows.Flat);
        for (var i = 0; i < n; i++)
        {
            rows[i, 1] = 5 + 3 * rows[i, 1];
            rows[i, 2] = -2 + 0.1f * rows[i, 2] + rows[i, 0];
        }

        return rows;
    }
}
