// The logistic function.

using System.Runtime.Intrinsics;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class SigmoidTests
{
    [Fact]
    public void Values_are_those_of_the_definition()
    {
        for (var l = -40.0; l <= 40; l += 0.0625)
        {
            var expected = 1 / (1 + Math.Exp(-l));
            Assert.Equal(expected, Sigmoid.Invoke(Vector256.Create(l))[3], 1e-15);
            Assert.Equal(expected, Sigmoid.Invoke(Vector256.Create((float)l))[7], 6 * UnitRoundoff * expected);
        }
    }

    [Theory]
    [InlineData(0f, 0.5f)]
    [InlineData(3e38f, 1f)]
    [InlineData(-3e38f, 0f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Special_values(float l, float expected) => Assert.Equal(expected, Sigmoid.Invoke(Vector256.Create(l))[0]);
}
