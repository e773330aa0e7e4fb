// The natural logarithm against double precision.

using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors.Tests;

public class LogTests
{
    private const double StatedWorst = 0.9;

    // Every float from 2^-10 to 2^10, the hard part around 1 included, and every 997th of all the others.
    [Theory]
    [InlineData(0x3A800000u, 0x44800000u, 1u)]
    [InlineData(0x00000001u, 0x7F7FFFFFu, 997u)]
    public void The_worst_error_is_the_stated_one(uint firstBits, uint lastBits, uint step)
    {
        var (error, at) = UlpError.Worst(firstBits, lastBits, step, Apply, Math.Log);
        Assert.True(error <= StatedWorst, $"log({at}) is off by {error} units in the last place");
    }

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(0f, float.NegativeInfinity)]
    [InlineData(-1f, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Special_values(float x, float expected)
    {
        var y = new float[1];
        Apply([x], y);
        Assert.Equal(expected, y[0]);
    }

    private static void Apply(float[] x, float[] y) => VectorMap.Apply<float, Map>(x, y, default);

    private readonly struct Map : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Log.Invoke(a);
    }
}
