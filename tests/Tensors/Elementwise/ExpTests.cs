// The exponential function against double precision.

using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors.Tests;

public class ExpTests
{
    private const double StatedWorst = 1.01;

    [Theory]
    [InlineData(1e-8f, 104f)]
    [InlineData(-1e-8f, -104f)]
    public void The_worst_error_over_all_floats_is_the_stated_one(float nearest, float farthest)
    {
        var (error, at) = UlpError.Worst(BitConverter.SingleToUInt32Bits(nearest), BitConverter.SingleToUInt32Bits(farthest), 1, Apply, Math.Exp);
        Assert.True(error <= StatedWorst, $"exp({at}) is off by {error} units in the last place");
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(1e-30f, 1f)]
    [InlineData(88.8f, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(-104f, 0f)]
    [InlineData(float.MinValue, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Special_values(float x, float expected)
    {
        var y = new float[1];
        Apply([x], y);
        Assert.Equal(expected, y[0]);
    }

    [Fact]
    public void Double_precision_is_at_hand_for_gradient_checks() =>
        Assert.Equal(Math.Exp(-0.7), Exp.Invoke(Vector256.Create(-0.7))[0], 1e-15);

    private static void Apply(float[] x, float[] y) => VectorMap.Apply<float, Map>(x, y, default);

    private readonly struct Map : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Exp.Invoke(a);
    }
}
