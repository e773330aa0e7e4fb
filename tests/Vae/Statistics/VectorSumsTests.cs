// Multiples of vectors added to others, whatever their length.

using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class VectorSumsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public void Each_sum_gets_its_own_product(int length)
    {
        double[] sums = [.. Enumerable.Range(1, length).Select(i => 100.0 * i)], x = [.. Enumerable.Range(1, length).Select(i => (double)i)];
        VectorSums.AddMultiple(sums, -3, x);
        Assert.Equal(Enumerable.Range(1, length).Select(i => 97.0 * i), sums);
    }
}
