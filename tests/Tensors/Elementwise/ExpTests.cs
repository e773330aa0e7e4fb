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
    public void The_bits_are_those_of_its_steps_one_number_at_a_time()
    {
        // Every 97th float there is, NaNs, infinities and subnormal numbers among them.
        var (x, y) = (new float[8], new float[8]);
        for (var bits = 0L; bits < 1L << 32; bits += 97 * x.Length)
        {
            for (var lane = 0; lane < x.Length; lane++) x[lane] = BitConverter.UInt32BitsToSingle((uint)(bits + 97 * lane));
            Apply(x, y);
            for (var lane = 0; lane < x.Length; lane++)
            {
                var expected = StepByStep(x[lane]);
                if (float.IsNaN(expected) ? !float.IsNaN(y[lane]) : BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(y[lane]))
                    Assert.Fail($"exp({x[lane]:R}) is {y[lane]:R}; expected {expected:R}");
            }
        }
    }

    [Fact]
    public void Double_precision_is_at_hand_for_gradient_checks() =>
        Assert.Equal(Math.Exp(-0.7), Exp.Invoke(Vector256.Create(-0.7))[0], 1e-15);

    private static float StepByStep(float x)
    {
        if (float.IsNaN(x)) return x;
        x = Math.Clamp(x, -104f, 89f);
        var n = MathF.Round(x * 1.44269504f);
        var r = MathF.FusedMultiplyAdd(n, 2.12194440e-4f, MathF.FusedMultiplyAdd(n, -0.693359375f, x));
        var q = 0.001381459893f;
        foreach (var coefficient in new[] { 0.008368716891f, 0.04166838805f, 0.1666652063f, 0.4999999345f }) q = MathF.FusedMultiplyAdd(q, r, coefficient);
        var power = MathF.FusedMultiplyAdd(q, r * r, r) + 1;
        return (float)(power * Math.Pow(2, n));
    }

    private static void Apply(float[] x, float[] y) => VectorMap.Apply<float, Map>(x, y, default);

    private readonly struct Map : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Exp.Invoke(a);
    }
}
