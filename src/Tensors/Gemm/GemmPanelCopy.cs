// Inside the matrix product: a panel of B, copied strip by strip so that the rows of each lie side by side.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>Copies a panel of B, with any strides, into strips of one tile's width.</summary>
/// <remarks>
/// Rows of B that lie a multiple of 4 KiB apart share a few sets of the first cache and push each other out; side by side they do not. And a
/// B that is a transposed view gets vector rows on the way.
/// </remarks>
internal static unsafe class GemmPanelCopy
{
    /// <summary>Copies rows and columns of B: strip after strip, the rows of a strip <paramref name="width"/> apart, those of the last one too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(GemmOperand b, int row, int endRow, int column, int endColumn, float* panel, int width)
    {
        var strip = (nint)(endRow - row) * width;
        if (b.HasVectorRows)
        {
            // Along the rows of B, as they lie in memory.
            for (var p = row; p < endRow; p++)
            {
                var to = panel + (nint)(p - row) * width;
                for (var j = column; j < endColumn; j += width, to += strip) CopyRow(b.At(p, j), Math.Min(width, endColumn - j), to);
            }
        }
        else
        {
            for (var j = column; j < endColumn; j += width)
                CopyColumns(b, row, endRow - row, j, Math.Min(width, endColumn - j), panel + (j - column) / width * strip, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow(float* from, int columns, float* to)
    {
        var j = 0;
        for (; j + 8 <= columns; j += 8) Vector256.Load(from + j).Store(to + j);
        for (; j < columns; j++) to[j] = from[j];
    }

    private static void CopyColumns(GemmOperand b, int row, int rows, int column, int columns, float* to, int width)
    {
        var j = 0;
        if (b.RowStride == 1 && Avx.IsSupported)
        {
            for (; j + 8 <= columns; j += 8)
            {
                var from = b.At(row, column + j);
                var p = 0;
                for (; p + 8 <= rows; p += 8) Transpose.Block8x8(from + p, b.ColumnStride, to + (nint)p * width + j, width);
                for (; p < rows; p++)
                    for (var i = 0; i < 8; i++)
                        to[(nint)p * width + j + i] = from[i * b.ColumnStride + p];
            }
        }

        for (; j < columns; j++)
            for (var p = 0; p < rows; p++)
                to[(nint)p * width + j] = *b.At(row + p, column + j);
    }
}
