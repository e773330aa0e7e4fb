// Initial weights.

using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class LinearInitializationTests
{
    [Fact]
    public void Weights_are_uniform_between_the_bounds_of_the_fan_in()
    {
        const int fanIn = 784;
        var weight = Zeros<float>(fanIn, 400);
        LinearInitialization.Fill(weight, fanIn, new Tensors.RandomSequence(0, 1, 0));
        var values = weight.Flat.ToArray();
        const double bound = 1 / 28.0;
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        Assert.InRange(values.Max(), bound * 0.9999, bound);
        Assert.InRange(values.Min(), -bound, -bound * 0.9999);
        Assert.Equal(0, values.Average(), 5 * bound / Math.Sqrt(3 * values.Length));
        Assert.Equal(bound * bound / 3, values.Average(value => (double)value * value), bound * bound * 5 * 0.298 / Math.Sqrt(values.Length));
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(1, 7)]
    [InlineData(6, 1)]
    public void Weights_are_drawn_in_the_order_of_PyTorch_output_by_output(int inputs, int outputs)
    {
        var (weight, uniform) = (Zeros<float>(inputs, outputs), new float[inputs * outputs]);
        LinearInitialization.Fill(weight, inputs, new Tensors.RandomSequence(5, 1, 2));
        new Tensors.RandomSequence(5, 1, 2).FillUniform(uniform);
        var next = 0;
        for (var o = 0; o < outputs; o++)
            for (var k = 0; k < inputs; k++)
                Assert.Equal((2 * uniform[next++] - 1) / Math.Sqrt(inputs), weight[k, o], 1e-6);
    }
}
