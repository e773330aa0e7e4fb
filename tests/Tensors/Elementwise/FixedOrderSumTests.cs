// Sums in the one documented order, against plain loops that spell it out.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors.Tests;

public class FixedOrderSumTests
{
    [Fact]
    public void A_sum_of_a_map_adds_lane_by_lane_then_pairwise()
    {
        for (var length = 0; length <= 50; length++)
        {
            CheckMap<float>(length);
            CheckMap<double>(length);
        }

        Assert.Throws<ArgumentException>(() => FixedOrderSum.OfMap<float, Product<float>>(new float[3], new float[4], default));
    }

    [Fact]
    public void Lanes_are_added_upper_half_to_lower_half()
    {
        // Numbers that any other order of additions would lose.
        Assert.Equal(12, FixedOrderSum.OfLanes(Vector256.Create(1e8f, 1, 2, 3, -1e8f, 1, 2, 3)));
        Assert.Equal(2, FixedOrderSum.OfLanes(Vector256.Create(1e8f, 1, -1e8f, 1, 0, 0, 0, 0)));
        Assert.Equal(2, FixedOrderSum.OfLanes(Vector256.Create(1e16, 1, -1e16, 1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(128)]
    public void Sums_of_columns_have_the_bits_of_the_documented_order(int rows)
    {
        foreach (var columns in new[] { 1, 7, 8, 31, 33, 400 })
        {
            foreach (var (first, count) in new[] { (0, columns), (columns / 3, columns - columns / 3), (columns - 1, 1), (columns / 2, 0) })
            {
                CheckColumns<float>(rows, columns, first, count);
                CheckColumns<double>(rows, columns, first, count);
            }
        }
    }

    [Fact]
    public void Columns_that_are_not_there_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedOrderSum.OfColumns(new Matrix<float>(4, 9), 3, new float[7]));

    private static void CheckMap<T>(int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] a = [.. Enumerable.Range(0, length).Select(i => T.One / T.CreateChecked(i + 1))], b = [.. a.Select(x => x + T.One)];
        Assert.Equal(Sum([.. a.Zip(b, (x, y) => x * y)]), FixedOrderSum.OfMap<T, Product<T>>(a, b, default));
    }

    private static void CheckColumns<T>(int rows, int columns, int first, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = TestMatrix.Random<T>(rows, columns, 1);
        // What the sums held before must not count.
        var sums = new T[count + 2];
        Array.Fill(sums, T.NaN);
        FixedOrderSum.OfColumns(x, first, sums.AsSpan(1, count));
        Assert.True(T.IsNaN(sums[0]) && T.IsNaN(sums[^1]));
        for (var j = 0; j < count; j++)
            Assert.Equal(Sum([.. Enumerable.Range(0, rows).Select(i => x[i, first + j])]), sums[1 + j]);
    }

    private static T Sum<T>(T[] x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = new T[typeof(T) == typeof(float) ? 8 : 4];
        for (var i = 0; i < x.Length; i++) lanes[i % lanes.Length] += x[i];
        for (var width = lanes.Length / 2; width > 0; width /= 2)
            for (var i = 0; i < width; i++) lanes[i] += lanes[i + width];
        return lanes[0];
    }

    private readonly struct Product<T> : IBinaryMap<T> where T : unmanaged
    {
        public Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => a * b;
    }
}
