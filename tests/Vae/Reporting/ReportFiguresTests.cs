// What the figures of the report are computed from, against plain computations.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Vae.Tests;

public sealed class ReportFiguresTests : IDisposable
{
    private readonly Engine _engine = new(1);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Principal_axes_are_eigenvectors_of_the_covariance()
    {
        const int n = 200, d = 7;
        var points = new Matrix<float>(n, d);
        for (var row = 0; row < n; row++)
            for (var i = 0; i < d; i++) points[row, i] = (row * 37 % 101 / 50f - 1) * (i - 2) + (row * 53 % 89 / 44f - 1) * (i % 3) + row * (i + 3) % 17 / 17f;
        int[] rows = [.. Enumerable.Range(0, n).Where(row => row % 5 != 0)];
        var plane = PrincipalPlane.Of(_engine, points, rows);

        double[] mean = [.. Enumerable.Range(0, d).Select(i => rows.Average(row => (double)points[row, i]))];
        double Covariance(int i, int j) => rows.Average(row => (points[row, i] - mean[i]) * (points[row, j] - mean[j]));
        var total = Enumerable.Range(0, d).Sum(i => Covariance(i, i));
        foreach (var (axis, share) in new[] { (plane.First, plane.FirstShare), (plane.Second, plane.SecondShare) })
        {
            Assert.Equal(1, axis.Sum(value => value * value), 1e-12);
            Assert.True(axis.MaxBy(Math.Abs) > 0);
            for (var i = 0; i < d; i++) Assert.Equal(share * total * axis[i], Enumerable.Range(0, d).Sum(j => Covariance(i, j) * axis[j]), 1e-5);
        }

        Assert.Equal(0, plane.First.Zip(plane.Second, (a, b) => a * b).Sum(), 1e-12);
        Assert.InRange(plane.SecondShare, 0.01, plane.FirstShare);

        // The variance along an axis is its eigenvalue, and no direction has more than the first.
        Assert.Equal(plane.FirstShare * total, rows.Average(row => Square(plane.Project(points.Row(row)).X)), 1e-5);
        for (var i = 0; i < d; i++) Assert.True(Covariance(i, i) <= plane.FirstShare * total + 1e-6);
    }

    [Fact]
    public void Points_that_do_not_vary_have_a_plane_too()
    {
        var plane = PrincipalPlane.Of(_engine, new Matrix<float>(3, 4), [0, 1, 2]);
        Assert.Equal((0.0, 0.0), (plane.FirstShare, plane.SecondShare));
        Assert.Equal((0.0, 0.0), plane.Project([0, 0, 0, 0]));
    }

    [Fact]
    public void A_map_of_two_dimensions_is_the_latent_space_itself()
    {
        var mu = new Matrix<float>(6, 2);
        for (var i = 0; i < 12; i++) mu.Flat[i] = i * i;
        var map = LatentMap.Of(_engine, mu, [1, 0, 1, 1, 0, 2], heldOut: 2, each: 2)!;
        Assert.Null(map.Shares);
        Assert.Equal([new MapPoint(4, 9, 0), new MapPoint(64, 81, 0), new MapPoint(0, 1, 1), new MapPoint(16, 25, 1), new MapPoint(100, 121, 2)], map.Points);
        Assert.Null(LatentMap.Of(_engine, new Matrix<float>(6, 1), [1, 0, 1, 1, 0, 2], 2, 2));
    }

    // Python, SciPy: scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
    [Theory]
    [InlineData(50, 100, 0.40383, 0.59617)]
    [InlineData(0, 10, 0, 0.27753)]
    [InlineData(10, 10, 0.72247, 1)]
    public void The_interval_of_a_share_is_wilsons(int k, int n, double low, double high)
    {
        var interval = RocBand.Interval95((double)k / n, n);
        Assert.Equal(low, interval.Low, 1e-5);
        Assert.Equal(high, interval.High, 1e-5);
    }

    [Fact]
    public void The_curve_is_the_mean_of_the_seeds_and_the_inner_band_their_range()
    {
        bool[] isAnomaly = [false, false, true, true];
        var band = RocBand.Of([RocCurve.Of([1, 2, 3, 4], isAnomaly), RocCurve.Of([1, 4, 3, 2], isAnomaly)]);
        Assert.Equal([1, 0.5], band.Aurocs);
        Assert.Equal(101, band.Points.Length);
        Assert.Equal((0.25, 0.5, 0.0, 1.0), (band.Points[25].FalsePositiveRate, band.Points[25].TruePositiveRate, band.Points[25].LowestSeed, band.Points[25].HighestSeed));
        Assert.Equal(RocBand.Interval95(0.5, 2), (band.Points[25].Low, band.Points[25].High));
        Assert.Equal(1, band.Points[^1].TruePositiveRate);
    }

    [Fact]
    public void A_histogram_counts_every_image_once()
    {
        float[] scores = [.. Enumerable.Range(0, 1000).Select(i => i < 998 ? i / 1000f : 50)];
        bool[] isAnomaly = [.. Enumerable.Range(0, 1000).Select(i => i % 4 == 0)];
        var histogram = ScoreHistogram.Of(scores, isAnomaly);
        Assert.Equal((0, 0.994f), (histogram.Low, histogram.High));
        Assert.Equal(1, histogram.Normal.Sum(), 1e-12);
        Assert.Equal(1, histogram.Anomalous.Sum(), 1e-12);
        Assert.Equal(0.499, histogram.NormalMedian, 0.002);

        // All of one score: they are in one bin.
        Assert.Equal(1, ScoreHistogram.Of([2, 2, 2], [true, false, false]).Normal[0]);
    }

    [Fact]
    public void Examples_are_chosen_by_rank_and_ties_by_place()
    {
        // Two hundred normal images of class 1, whose score is their place, before two anomalies.
        float[] scores = [.. Enumerable.Range(0, 200).Select(i => (float)i), 7, 7];
        byte[] labels = [.. Enumerable.Repeat((byte)1, 200), 3, 3];
        var chosen = ExampleSelection.Choose(scores, labels, heldOut: 3, each: 2).ToDictionary();
        Assert.Equal([0, 1], chosen[ExampleKind.BestNormal]);
        Assert.Equal([99, 100], chosen[ExampleKind.MedianNormal]);
        Assert.Equal([199, 198], chosen[ExampleKind.WorstNormal]);
        Assert.Equal([200, 201], chosen[ExampleKind.MissedAnomaly]);
        // The highest 5 % are ten: 199 down to 190.
        Assert.Equal([195, 194], chosen[ExampleKind.FalseAlarm]);
    }

    private static double Square(double value) => value * value;
}
