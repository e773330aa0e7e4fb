// Matrix views: shapes, strides, and bounds.

using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors.Tests;

public class MatrixTests
{
    [Fact]
    public void Views_share_the_numbers()
    {
        var matrix = new Matrix<float>(3, 4);
        for (var i = 0; i < 12; i++) matrix.Flat[i] = i;
        Assert.Equal(6, matrix[1, 2]);
        Assert.Equal(6, matrix.Transposed[2, 1]);
        Assert.Equal(6, matrix.Block(1, 2, 1, 3)[0, 1]);
        Assert.Equal(6, matrix.Block(1, 2, 1, 3).Transposed.Transposed[0, 1]);
        Assert.Equal(6, matrix.Reshape(6, 2)[3, 0]);
        Assert.Equal(6, matrix.AsTensorSpan()[1, 2]);
        matrix.Transposed[2, 1] = 60;
        Assert.Equal([4f, 5f, 60f, 7f], matrix.Row(1).ToArray());
    }

    [Fact]
    public void Memory_begins_on_a_cache_line()
    {
        for (var size = 1; size < 40; size++)
        {
            var memory = AlignedMemory.Allocate<float>(size, out var start);
            Assert.Equal(0, Marshal.UnsafeAddrOfPinnedArrayElement(memory, start) % 64);
            Assert.True(start + size <= memory.Length);
        }
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 4)]
    [InlineData(0, -1)]
    public void Elements_outside_are_refused(int row, int column) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matrix<float>(3, 4)[row, column]);

    [Fact]
    public void Blocks_and_shapes_outside_are_refused()
    {
        var matrix = new Matrix<float>(3, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Block(2, 2, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Block(0, 3, 1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Block(-1, 1, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Block(0, 3, 4, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matrix<float>(-1, 4));
        Assert.Throws<ArgumentException>(() => matrix.Reshape(5, 2));
        Assert.Throws<ArgumentException>(() => matrix.Reshape(-3, -4));
        Assert.Throws<InvalidOperationException>(() => matrix.Transposed.Row(0).Length);
        Assert.Throws<InvalidOperationException>(() => matrix.Transposed.Flat.Length);
        Assert.Equal("matrix is [3, 4]; expected [4, 3].", Assert.Throws<ArgumentException>(() => matrix.RequireShape(4, 3)).Message);
    }
}
