// Initial weights.

using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class LinearInitializationTests
{
    [Fact]
    public void Weights_are_uniform_between_the_bounds_of_the_fan_in()
    {
        const int fanIn = 784;
        var weight = Zeros<float>(400, fanIn);
        LinearInitialization.Fill(weight, fanIn, new Tensors.RandomSequence(0, 1, 0));
        var values = weight.Flat.ToArray();
        const double bound = 1 / 28.0;
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        Assert.InRange(values.Max(), bound * 0.9999, bound);
        Assert.InRange(values.Min(), -bound, -bound * 0.9999);
        Assert.Equal(0, values.Average(), 5 * bound / Math.Sqrt(3 * values.Length));
        Assert.Equal(bound * bound / 3, values.Average(value => (double)value * value), bound * bound * 5 * 0.298 / Math.Sqrt(values.Length));
    }
}
