// The small element-wise operations, at every length around a vector's.

using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors.Tests;

public class ElementwiseTests
{
    [Fact]
    public void A_map_computes_the_last_elements_like_all_others_and_touches_nothing_else()
    {
        for (var length = 0; length <= 40; length++)
        {
            float[] a = [.. Enumerable.Range(0, length).Select(i => i * 0.37f)], b = [.. a.Select(x => x + 1)], c = [.. a.Select(x => 2 - x)];
            var y = new float[length + 16];
            Array.Fill(y, float.NaN);
            VectorMap.Apply<float, MultiplyAddMap>(a, b, c, y.AsSpan(8, length), default);
            for (var i = 0; i < length; i++) Assert.Equal(MathF.FusedMultiplyAdd(a[i], b[i], c[i]), y[8 + i]);
            Assert.All(y[..8].Concat(y[(8 + length)..]), outside => Assert.True(float.IsNaN(outside)));
        }
    }

    [Fact]
    public void Operands_of_other_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => VectorMap.Apply<float, MultiplyAddMap>(new float[3], new float[4], new float[4], new float[4], default));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 9)]
    [InlineData(8, 8)]
    [InlineData(33, 17)]
    [InlineData(128, 784)]
    public void Transpose_moves_every_element(int rows, int columns)
    {
        foreach (var threads in new[] { 1, 2 })
        {
            Engines.With("scalar", threads, engine =>
            {
                var (x, y) = (TestMatrix.Random<float>(rows, columns, 1), TestMatrix.Empty<float>(columns, rows));
                Transpose.Copy(engine, x, y);
                TestMatrix.AssertSameBits(x.Transposed, y, "transpose");
                Assert.Equal((long)rows * columns, y.CountNumbersInMemory());
            });
        }
    }

    [Fact]
    public void Bytes_become_their_exact_quotients()
    {
        foreach (var length in Enumerable.Range(0, 70).Append(256))
        {
            byte[] x = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37 + length))];
            var y = new float[length];
            UnitInterval.FromBytes(x, y);
            for (var i = 0; i < length; i++) Assert.Equal(x[i] / 255f, y[i]);
        }
    }

    [Fact]
    public void Sine_and_cosine_of_turns_are_those_of_the_angle()
    {
        for (var i = 0; i < 1 << 20; i += 8)
        {
            var turns = Vector256.Create<float>([.. Enumerable.Range(i, 8).Select(j => (float)j / (1 << 20))]);
            var (sin, cos) = SinCosTurns.Invoke(turns);
            for (var lane = 0; lane < 8; lane++)
            {
                Assert.Equal(Math.Sin(2 * Math.PI * turns[lane]), sin[lane], 1.2e-7);
                Assert.Equal(Math.Cos(2 * Math.PI * turns[lane]), cos[lane], 1.2e-7);
            }
        }
    }

    private readonly struct MultiplyAddMap : ITernaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Fused.MultiplyAdd(a, b, c);
    }
}
