// The tail of the normal distribution against values of 40 digits.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class NormalDistributionTests
{
    [Fact]
    public void The_upper_tail_is_right_to_13_digits_as_far_as_numbers_reach()
    {
        var rows = ReferenceData.Rows("normal-tail.csv").ToArray();
        Assert.True(rows.Length > 100);
        foreach (var row in rows)
        {
            var expected = row.Number("upperTail");
            Assert.Equal(1, NormalDistribution.UpperTail(row.Number("z")) / expected, 1e-13);
            Assert.Equal(1 - expected, NormalDistribution.UpperTail(-row.Number("z")), 1e-15);
        }
    }

    [Fact]
    public void The_quantile_is_the_one_with_a_fortieth_above_it() => Assert.Equal(0.025, NormalDistribution.UpperTail(NormalDistribution.Quantile975), 1e-16);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(40, 0)]
    [InlineData(1e200, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(double.NaN, double.NaN)]
    public void The_ends(double z, double expected) => Assert.Equal(expected, NormalDistribution.UpperTail(z));
}
