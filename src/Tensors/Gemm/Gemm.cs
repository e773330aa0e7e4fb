// The entrances to the matrix product: they check shapes and leave all computing to the driver, or to the reference in double precision.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>Where the sum that makes up an element of C starts.</summary>
public enum ChainStart
{
    /// <summary>At zero: C is overwritten and never read.</summary>
    Zero,

    /// <summary>At a number for each column, such as a layer's bias: C is overwritten and never read.</summary>
    Column,

    /// <summary>At what C holds: the product is accumulated.</summary>
    Accumulate,
}

/// <summary>What is known about the numbers of a product's left operand.</summary>
public enum LeftOperand
{
    /// <summary>Hardly any is zero.</summary>
    Dense,

    /// <summary>Many may be zero, as pixels and outputs of a ReLU are: their terms are left out where that is faster.</summary>
    Sparse,
}

/// <summary>Takes the rows of a product as they are finished.</summary>
public interface IRowConsumer<T> where T : unmanaged
{
    /// <summary>Takes one row; the span is only valid during the call.</summary>
    void Take(int row, ReadOnlySpan<T> values);
}

/// <summary>General matrix product, C = start + A·B, in single precision on SIMD kernels and in double precision as the reference.</summary>
/// <remarks>
/// Every element of C is one chain of fused multiply-adds over k in order, so the bits of the result depend neither on the
/// kernel nor on the number of threads, and equal those of <see cref="GemmReference"/>. Any strides are allowed. A term with a factor zero
/// changes no sum of finite numbers (12.14), so a sparse left operand gives the bits of a dense one; all but the sign of a sum that is a
/// negative zero, which only terms below 1e-45 can make it.
/// </remarks>
public static unsafe class Gemm
{
    /// <summary>Computes <c>C = start + A·B</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="c">Result, <c>[m, n]</c>; must not overlap the operands.</param>
    /// <param name="start">Where each element's sum starts.</param>
    /// <param name="columnStart">With <see cref="ChainStart.Column"/>: the start of each column's sums, <c>[n]</c>.</param>
    /// <param name="left">Whether many numbers of A may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(
        Engine engine, Matrix<T> a, Matrix<T> b, Matrix<T> c, ChainStart start = ChainStart.Zero, ReadOnlySpan<T> columnStart = default,
        LeftOperand left = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T> => Multiply(engine, a, b, c, default(NoEpilogue<T>), start, columnStart, left);

    /// <summary>Computes <c>C = f(start + A·B)</c>, with an epilogue f that is applied to numbers of C while they lie in cache.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="c">Result, <c>[m, n]</c>, its rows side by side in memory; must not overlap the operands.</param>
    /// <param name="epilogue">The epilogue.</param>
    /// <param name="start">Where each element's sum starts.</param>
    /// <param name="columnStart">With <see cref="ChainStart.Column"/>: the start of each column's sums, <c>[n]</c>.</param>
    /// <param name="left">Whether many numbers of A may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the rows of C do not lie side by side.</exception>
    public static void Multiply<T, TEpilogue>(
        Engine engine, Matrix<T> a, Matrix<T> b, Matrix<T> c, TEpilogue epilogue, ChainStart start = ChainStart.Zero,
        ReadOnlySpan<T> columnStart = default, LeftOperand left = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T> where TEpilogue : struct, IEpilogue<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (typeof(T) != typeof(float))
        {
            GemmReference.Multiply(a, b, c, start, columnStart);
            if (typeof(TEpilogue) == typeof(NoEpilogue<T>)) return;
            for (var row = 0; row < c.Rows; row++) epilogue.Apply(row, 0, c.Row(row));
            return;
        }

        RequireShapes(a, b, c, start, columnStart);
        if (typeof(TEpilogue) != typeof(NoEpilogue<T>) && c.ColumnStride != 1)
            throw new ArgumentException($"The rows of C {c} do not lie side by side in memory; expected that they do, for an epilogue.", nameof(c));
        fixed (float* columns = MemoryMarshal.Cast<T, float>(columnStart))
            GemmDriver.Multiply<T, TEpilogue>(engine, Operand(a), Operand(b), Operand(c), start, columns, left, epilogue);
        a.KeepAlive();
        b.KeepAlive();
        c.KeepAlive();
    }

    /// <summary>Computes <c>A·B</c> in groups of up to 64 rows and hands each row to a consumer, without ever storing the product as a whole.</summary>
    /// <remarks>The numbers have the bits of <see cref="Multiply{T}"/>; they are handed over while they lie in cache.</remarks>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="consumer">Takes each row once, on any thread and in any order.</param>
    /// <param name="left">Whether many numbers of A may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyRows<T, TConsumer>(Engine engine, Matrix<T> a, Matrix<T> b, TConsumer consumer, LeftOperand left = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T> where TConsumer : struct, IRowConsumer<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (a.Columns != b.Rows) throw new ArgumentException($"A {a} can't be multiplied by B {b}.");
        if (a.Rows == 0 || b.Columns == 0) return;
        if (typeof(T) != typeof(float))
        {
            var row = new Matrix<T>(1, b.Columns);
            for (var i = 0; i < a.Rows; i++)
            {
                GemmReference.Multiply(a.RowBlock(i, 1), b, row);
                consumer.Take(i, row.Flat);
            }

            return;
        }

        GemmDriver.MultiplyRows<T, TConsumer>(engine, Operand(a), Operand(b), consumer, left);
        a.KeepAlive();
        b.KeepAlive();
    }

    /// <summary>Computes <c>C = A·B</c>, or <c>C += A·B</c>, for two-dimensional tensors with any strides.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="c">Result, <c>[m, n]</c>; must not overlap the operands.</param>
    /// <param name="accumulate">Whether the product is added to what C holds.</param>
    /// <exception cref="ArgumentException">An operand is not two-dimensional, or the shapes do not fit.</exception>
    public static void Multiply(
        Engine engine, in ReadOnlyTensorSpan<float> a, in ReadOnlyTensorSpan<float> b, in TensorSpan<float> c, bool accumulate = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        fixed (float* pa = &a.GetPinnableReference(), pb = &b.GetPinnableReference(), pc = &c.GetPinnableReference())
        {
            var left = GemmOperand.Of(pa, a.Lengths, a.Strides, nameof(a));
            var right = GemmOperand.Of(pb, b.Lengths, b.Strides, nameof(b));
            var result = GemmOperand.Of(pc, c.Lengths, c.Strides, nameof(c));
            if (left.Columns != right.Rows || left.Rows != result.Rows || right.Columns != result.Columns) throw Mismatch(left.Shape, right.Shape, result.Shape);
            if ((result.Rows > 1 && result.RowStride == 0) || (result.Columns > 1 && result.ColumnStride == 0))
                throw new ArgumentException("The result is broadcast: several of its elements share one place.", nameof(c));
            GemmDriver.Multiply<float, NoEpilogue<float>>(engine, left, right, result, accumulate ? ChainStart.Accumulate : ChainStart.Zero, null, LeftOperand.Dense, default);
        }
    }

    /// <summary>Computes <c>C = A·B</c>, or <c>C += A·B</c>, for matrices stored row by row without gaps.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A and rows of B.</param>
    /// <param name="a">Left operand, <c>m * k</c> numbers.</param>
    /// <param name="b">Right operand, <c>k * n</c> numbers.</param>
    /// <param name="c">Result, <c>m * n</c> numbers; must not overlap the operands.</param>
    /// <param name="accumulate">Whether the product is added to what C holds.</param>
    /// <exception cref="ArgumentException">A size is negative or a span has another length.</exception>
    public static void Multiply(
        Engine engine, int m, int n, int k, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, bool accumulate = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        RequireLength(a.Length, m, k, nameof(a));
        RequireLength(b.Length, k, n, nameof(b));
        RequireLength(c.Length, m, n, nameof(c));
        fixed (float* pa = a, pb = b, pc = c)
        {
            GemmDriver.Multiply<float, NoEpilogue<float>>(engine, new GemmOperand(pa, m, k, k, 1), new GemmOperand(pb, k, n, n, 1), new GemmOperand(pc, m, n, n, 1),
                accumulate ? ChainStart.Accumulate : ChainStart.Zero, null, LeftOperand.Dense, default);
        }
    }

    internal static void RequireShapes<T>(Matrix<T> a, Matrix<T> b, Matrix<T> c, ChainStart start, ReadOnlySpan<T> columnStart)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns) throw Mismatch(a.ToString(), b.ToString(), c.ToString());
        if (start == ChainStart.Column && columnStart.Length != c.Columns)
            throw new ArgumentException(FormattableString.Invariant($"{columnStart.Length} column starts for a result of {c.Columns} columns."), nameof(columnStart));
    }

    private static ArgumentException Mismatch(string a, string b, string c) =>
        new($"The shapes do not fit: A {a} times B {b} can't give C {c}.");

    private static void RequireLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
            throw new ArgumentException(FormattableString.Invariant($"{name} holds {length} numbers; expected {rows} x {columns}."), name);
    }

    private static GemmOperand Operand<T>(Matrix<T> matrix) where T : unmanaged, IFloatingPointIeee754<T> =>
        new((float*)matrix.Pointer, matrix.Rows, matrix.Columns, matrix.RowStride, matrix.ColumnStride);
}
