// The definition of the matrix product: three loops. Every kernel must give what they give, to the bit; none of them is used here.

using System.Numerics;

namespace VaeFromScratch.Tensors;

/// <summary>The matrix product as one reads it in a book: the definition of the result, and the oracle of the tests.</summary>
public static class GemmReference
{
    /// <summary>Effectively computes <c>c[i, j] = start + sum over p of a[i, p] * b[p, j]</c>.</summary>
    /// <remarks>
    /// Each element is one chain of fused multiply-adds over p in order. (12.11) A fused multiply-add rounds once and exactly, so the
    /// result depends neither on the instruction set nor on who computes which element.
    /// </remarks>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="c">Result, <c>[m, n]</c>.</param>
    /// <param name="start">Where each chain starts.</param>
    /// <param name="columnStart">With <see cref="ChainStart.Column"/>: the start of each column's chains, <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(Matrix<T> a, Matrix<T> b, Matrix<T> c, ChainStart start = ChainStart.Zero, ReadOnlySpan<T> columnStart = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Gemm.RequireShapes(a, b, c, start, columnStart);
        for (var i = 0; i < c.Rows; i++)
        {
            for (var j = 0; j < c.Columns; j++)
            {
                var sum = start switch { ChainStart.Zero => T.Zero, ChainStart.Column => columnStart[j], _ => c[i, j] };
                for (var p = 0; p < a.Columns; p++) sum = T.FusedMultiplyAdd(a[i, p], b[p, j], sum);
                c[i, j] = sum;
            }
        }
    }
}
