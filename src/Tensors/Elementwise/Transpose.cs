// Copying a matrix into its transpose.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>Copies a matrix into its transpose: <c>y[j, i] = x[i, j]</c>.</summary>
/// <remarks>
/// The weight gradients read a layer's input along the batch; everything else reads it image by image. A matrix of weights is never copied
/// so: its transpose is a view, of which the matrix product copies a panel at a time (<see cref="GemmPanelCopy"/>).
/// </remarks>
public static class Transpose
{
    private const int Block = 8;

    /// <summary>Effectively computes <c>y = xᵀ</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Source, <c>[rows, columns]</c>, rows side by side in memory.</param>
    /// <param name="y">Destination, <c>[columns, rows]</c>, rows side by side in memory; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Copy<T>(Engine engine, Matrix<T> x, Matrix<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        y.RequireShape(x.Columns, x.Rows);
        if (x.ColumnStride != 1 || y.ColumnStride != 1) throw new ArgumentException("The rows of both matrices have to lie side by side in memory.");
        engine.ForRows((y.Rows + Block - 1) / Block, Block * y.Columns, new Body<T>(x, y));
    }

    private readonly struct Body<T>(Matrix<T> x, Matrix<T> y) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public unsafe void Execute(int first, int limit)
        {
            for (var block = first; block < limit; block++)
            {
                var row = block * Block;
                var rows = Math.Min(Block, y.Rows - row);
                var column = 0;
                if (typeof(T) == typeof(float) && Avx.IsSupported && rows == Block)
                {
                    for (; column + Block <= y.Columns; column += Block)
                    {
                        Block8x8((float*)x.Pointer + (nint)column * x.RowStride + row, x.RowStride,
                            (float*)y.Pointer + (nint)row * y.RowStride + column, y.RowStride);
                    }
                }

                for (; column < y.Columns; column++)
                    for (var i = row; i < row + rows; i++)
                        y.Pointer[(nint)i * y.RowStride + column] = x.Pointer[(nint)column * x.RowStride + i];
            }
        }
    }

    // 8 x 8 floats by AVX, rows xRow and yRow apart. Three rounds exchange ever larger blocks: single numbers, pairs, and halves of four.
    internal static unsafe void Block8x8(float* x, nint xRow, float* y, nint yRow)
    {
        var (x0, x1, x2, x3) = (Vector256.Load(x), Vector256.Load(x + xRow), Vector256.Load(x + 2 * xRow), Vector256.Load(x + 3 * xRow));
        x += 4 * xRow;
        var (x4, x5, x6, x7) = (Vector256.Load(x), Vector256.Load(x + xRow), Vector256.Load(x + 2 * xRow), Vector256.Load(x + 3 * xRow));

        var (s0, s1, s2, s3) = (Avx.UnpackLow(x0, x1), Avx.UnpackHigh(x0, x1), Avx.UnpackLow(x2, x3), Avx.UnpackHigh(x2, x3));
        var (s4, s5, s6, s7) = (Avx.UnpackLow(x4, x5), Avx.UnpackHigh(x4, x5), Avx.UnpackLow(x6, x7), Avx.UnpackHigh(x6, x7));

        const byte low = 0b01_00_01_00, high = 0b11_10_11_10;
        var (p0, p1, p2, p3) = (Avx.Shuffle(s0, s2, low), Avx.Shuffle(s0, s2, high), Avx.Shuffle(s1, s3, low), Avx.Shuffle(s1, s3, high));
        var (p4, p5, p6, p7) = (Avx.Shuffle(s4, s6, low), Avx.Shuffle(s4, s6, high), Avx.Shuffle(s5, s7, low), Avx.Shuffle(s5, s7, high));

        const byte lowHalves = 0x20, highHalves = 0x31;
        Avx.Permute2x128(p0, p4, lowHalves).Store(y);
        Avx.Permute2x128(p1, p5, lowHalves).Store(y + yRow);
        Avx.Permute2x128(p2, p6, lowHalves).Store(y + 2 * yRow);
        Avx.Permute2x128(p3, p7, lowHalves).Store(y + 3 * yRow);
        y += 4 * yRow;
        Avx.Permute2x128(p0, p4, highHalves).Store(y);
        Avx.Permute2x128(p1, p5, highHalves).Store(y + yRow);
        Avx.Permute2x128(p2, p6, highHalves).Store(y + 2 * yRow);
        Avx.Permute2x128(p3, p7, highHalves).Store(y + 3 * yRow);
    }
}
