// The mean of paired differences and its interval.

using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests;

public class PairedDifferenceTests
{
    // Python, SciPy: stats.t.ppf(.975, 4) * numpy.std(d, ddof=1) / sqrt(5)
    [Fact]
    public void The_interval_is_students()
    {
        var difference = PairedDifference.Of([0.1, 0.3, -0.2, 0.4, 0.15]);
        Assert.Equal(0.15, difference.Mean, 1e-12);
        Assert.Equal(0.2845009629735136, difference.HalfWidth95, 1e-4);
        Assert.False(difference.IsAboveZero || difference.IsBelowZero);
        Assert.Equal("+0.150 +-0.284", difference.ToString());
    }

    [Fact]
    public void Equal_differences_are_certain_and_one_alone_is_not()
    {
        Assert.True(PairedDifference.Of([0.1, 0.1]).IsAboveZero);
        Assert.True(PairedDifference.Of([-0.1, -0.1]).IsBelowZero);
        var alone = PairedDifference.Of([0.1]);
        Assert.False(alone.IsAboveZero || alone.IsBelowZero);
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([]));
    }

    [Theory]
    [InlineData(0.0123, 0.022, "+0.012 +-0.022")]
    [InlineData(-0.0019, 0.00034, "-0.0019 +-0.0003")]
    [InlineData(0.002, 0.00096, "+0.002 +-0.001")]
    [InlineData(-0.0001, 0, "0.000 +-0.000")]
    [InlineData(-0.02, double.NaN, "-0.020")]
    [InlineData(0.1234567891, 1e-9, "+0.123457 +-0.000000")]
    public void Its_text_has_as_many_decimals_as_show_the_noise(double mean, double halfWidth, string expected) =>
        Assert.Equal(expected, new PairedDifference(mean, halfWidth, 10).ToString());

    [Fact]
    public void An_interval_that_ends_at_zero_decides_nothing() =>
        Assert.False(new PairedDifference(1, 1, 10).IsAboveZero || new PairedDifference(-1, 1, 10).IsBelowZero);

    // The table of quantiles ends with 30 degrees of freedom.
    [Theory]
    [InlineData(31, 2.042)]
    [InlineData(100, 1.959964)]
    public void Many_pairs_have_the_normal_quantile(int pairs, double quantile)
    {
        double[] differences = [.. Enumerable.Range(0, pairs).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        var (mean, squares) = (differences.Average(), (double)pairs);
        var variance = (squares - pairs * mean * mean) / (pairs - 1);
        Assert.Equal(quantile * Math.Sqrt(variance / pairs), PairedDifference.Of(differences).HalfWidth95, 1e-6);
    }
}
