// Matrices for tests: random numbers, surrounded by NaN so that a read or write outside shows.

using System.Numerics;

namespace VaeFromScratch.Tensors.Tests;

internal static class TestMatrix
{
    /// <summary>A view of [rows, columns] random numbers whose neighbours in memory are all NaN.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="index">Which numbers.</param>
    /// <param name="layout">0: rows side by side; 1: columns side by side; 2: neither; or a <see cref="RowStride"/>.</param>
    public static Matrix<T> Random<T>(int rows, int columns, uint index, int layout = 0) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var view = Empty<T>(rows, columns, layout);
        var random = new RandomSequence(12345, 99, index);
        for (var i = 0; i < rows; i++)
        {
            var row = new T[columns];
            random.FillNormal<T>(row, (long)i * 4096);
            for (var j = 0; j < columns; j++) view[i, j] = row[j];
        }

        return view;
    }

    /// <summary>The layout of rows side by side, so many numbers from one to the next.</summary>
    public static int RowStride(int stride) => 3 + stride;

    /// <summary>A view full of NaN, in memory full of NaN.</summary>
    public static Matrix<T> Empty<T>(int rows, int columns, int layout = 0) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rowStride, columnStride) = layout switch { 0 => (columns + 5, 1), 1 => (1, rows + 5), 2 => (3 * columns + 7, 3), _ => (layout - 3, 1) };
        var memory = AlignedMemory.Allocate<T>((rows + 2) * rowStride + (columns + 2) * columnStride, out var start);
        Array.Fill(memory, T.NaN);
        return new Matrix<T>(memory, start + rowStride + columnStride, rows, columns, rowStride, columnStride);
    }

    /// <summary>How many elements of the memory around a view, the view included, are numbers.</summary>
    public static long CountNumbersInMemory<T>(this Matrix<T> view) where T : unmanaged, IFloatingPointIeee754<T> =>
        view.Memory.LongCount(value => !T.IsNaN(value));

    public static void AssertSameBits<T>(Matrix<T> expected, Matrix<T> actual, string what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < expected.Rows; i++)
            for (var j = 0; j < expected.Columns; j++)
                if (!AreSame(expected[i, j], actual[i, j])) Assert.Fail($"{what}: element [{i}, {j}] is {actual[i, j]}, expected {expected[i, j]}");
    }

    // Every NaN is as good as another; zeros have a sign.
    private static bool AreSame<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a.Equals(b) && (T.IsNaN(a) || T.IsNegative(a) == T.IsNegative(b));
}
