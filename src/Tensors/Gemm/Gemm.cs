// The driver of the matrix product: checks operands, splits C among threads, and hands tiles to the kernel.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>Where the sum that makes up an element of C starts.</summary>
public enum ChainStart
{
    /// <summary>At zero: C is overwritten and never read.</summary>
    Zero,

    /// <summary>At a given number a row, as a layer's bias: C is overwritten and never read.</summary>
    Row,

    /// <summary>At what C holds: the product is accumulated.</summary>
    Accumulate,
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
/// kernel nor on the number of threads, and equal those of <see cref="GemmReference"/>. Any strides are allowed; the fast
/// road needs the rows of B and C side by side in memory, while A, read one number at a time, may have any strides at no cost.
/// </remarks>
public static unsafe class Gemm
{
    // Handing work to another thread costs about as much as this many multiply-adds.
    private const long SerialMultiplyAdds = 1 << 17;

    /// <summary>Computes <c>C = start + A·B</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>.</param>
    /// <param name="c">Result, <c>[m, n]</c>; must not overlap the operands.</param>
    /// <param name="start">Where each element's sum starts.</param>
    /// <param name="rowStart">With <see cref="ChainStart.Row"/>: the start of each row's sums, <c>[m]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(
        Engine engine, Matrix<T> a, Matrix<T> b, Matrix<T> c, ChainStart start = ChainStart.Zero, ReadOnlySpan<T> rowStart = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (typeof(T) != typeof(float))
        {
            GemmReference.Multiply(a, b, c, start, rowStart);
            return;
        }

        RequireShapes(a, b, c, start, rowStart);
        fixed (float* rows = MemoryMarshal.Cast<T, float>(rowStart))
        {
            Multiply(engine,
                new GemmOperand((float*)a.Pointer, a.Rows, a.Columns, a.RowStride, a.ColumnStride),
                new GemmOperand((float*)b.Pointer, b.Rows, b.Columns, b.RowStride, b.ColumnStride),
                new GemmOperand((float*)c.Pointer, c.Rows, c.Columns, c.RowStride, c.ColumnStride), start, rows);
        }

        a.KeepAlive();
        b.KeepAlive();
        c.KeepAlive();
    }

    /// <summary>Computes <c>A·B</c> row by row and hands each finished row to a consumer, without ever storing the product as a whole.</summary>
    /// <remarks>The rows have the bits of <see cref="Multiply{T}"/>; they are handed over while they lie in the first cache.</remarks>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand, <c>[m, k]</c>.</param>
    /// <param name="b">Right operand, <c>[k, n]</c>, rows side by side in memory.</param>
    /// <param name="consumer">Takes each row once, on any thread and in any order.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyRows<T, TConsumer>(Engine engine, Matrix<T> a, Matrix<T> b, TConsumer consumer)
        where T : unmanaged, IFloatingPointIeee754<T> where TConsumer : struct, IRowConsumer<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (a.Columns != b.Rows || (b.ColumnStride != 1 && b.Columns > 1))
            throw new ArgumentException($"A {a} can't be multiplied by B {b} row by row.");
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

        var left = new GemmOperand((float*)a.Pointer, a.Rows, a.Columns, a.RowStride, a.ColumnStride);
        var right = new GemmOperand((float*)b.Pointer, b.Rows, b.Columns, b.RowStride, b.ColumnStride);
        var loop = new GemmLoop(engine.Kernel, left, right, ChainStart.Zero, null);
        var rowTiles = (a.Rows + engine.Kernel.Rows - 1) / engine.Kernel.Rows;
        engine.Team.For(rowTiles, Grain(rowTiles, a.Rows, b.Columns, a.Columns), new GemmByRows<T, TConsumer>(loop, consumer), SmallestPiece(right));
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
            Multiply(engine, left, right, result, accumulate ? ChainStart.Accumulate : ChainStart.Zero, null);
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
            Multiply(engine, new GemmOperand(pa, m, k, k, 1), new GemmOperand(pb, k, n, n, 1), new GemmOperand(pc, m, n, n, 1),
                accumulate ? ChainStart.Accumulate : ChainStart.Zero, null);
        }
    }

    internal static void RequireShapes<T>(Matrix<T> a, Matrix<T> b, Matrix<T> c, ChainStart start, ReadOnlySpan<T> rowStart)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns) throw Mismatch(a.ToString(), b.ToString(), c.ToString());
        if (start == ChainStart.Row && rowStart.Length != c.Rows)
            throw new ArgumentException(FormattableString.Invariant($"{rowStart.Length} row starts for a result of {c.Rows} rows."), nameof(rowStart));
    }

    private static ArgumentException Mismatch(string a, string b, string c) =>
        new($"The shapes do not fit: A {a} times B {b} can't give C {c}.");

    private static void RequireLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
            throw new ArgumentException(FormattableString.Invariant($"{name} holds {length} numbers; expected {rows} x {columns}."), name);
    }

    private static void Multiply(Engine engine, GemmOperand a, GemmOperand b, GemmOperand c, ChainStart start, float* rowStart)
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        if (!c.HasVectorRows)
        {
            MultiplyIntoStridedColumns(engine, a, b, c, start, rowStart);
            return;
        }

        if (b.HasVectorRows)
        {
            MultiplyVectorRows(engine, a, b, c, start, rowStart);
            return;
        }

        var packed = new Matrix<float>(b.Rows, b.Columns);
        var rows = new GemmOperand(packed.Pointer, b.Rows, b.Columns, b.Columns, 1);
        Copy(b, rows);
        MultiplyVectorRows(engine, a, rows, c, start, rowStart);
        packed.KeepAlive();
    }

    // (A·B)ᵀ = Bᵀ·Aᵀ, and a fused multiply-add does not care which of its factors comes first: the same bits.
    private static void MultiplyIntoStridedColumns(Engine engine, GemmOperand a, GemmOperand b, GemmOperand c, ChainStart start, float* rowStart)
    {
        if (start == ChainStart.Row)
        {
            for (var i = 0; i < c.Rows; i++)
                for (var j = 0; j < c.Columns; j++)
                    *c.At(i, j) = rowStart[i];
            start = ChainStart.Accumulate;
        }

        if (c.Transposed.HasVectorRows)
        {
            Multiply(engine, b.Transposed, a.Transposed, c.Transposed, start, null);
            return;
        }

        var gathered = new Matrix<float>(c.Rows, c.Columns);
        var rows = new GemmOperand(gathered.Pointer, c.Rows, c.Columns, c.Columns, 1);
        if (start == ChainStart.Accumulate) Copy(c, rows);
        Multiply(engine, a, b, rows, start, null);
        Copy(rows, c);
        gathered.KeepAlive();
    }

    private static void MultiplyVectorRows(Engine engine, GemmOperand a, GemmOperand b, GemmOperand c, ChainStart start, float* rowStart)
    {
        var isLarge = (long)c.Rows * c.Columns * a.Columns >= SerialMultiplyAdds;
        var grid = GemmGrid.For(engine.Kernel, c.Rows, c.Columns, isLarge ? engine.Team.Threads : 1);
        engine.Team.For(grid.Iterations, Grain(grid.Iterations, c.Rows, c.Columns, a.Columns),
            new GemmInPlace(new GemmLoop(engine.Kernel, a, b, start, rowStart), grid, c), SmallestPiece(b));
    }

    // A product too small to be shared is one piece of work; of a larger one, any row of tiles is worth taking.
    private static int Grain(int iterations, int m, int n, int k) => (long)m * n * k < SerialMultiplyAdds ? iterations : 1;

    // Each piece reads all of B once. Where B outgrows L2, a piece needs several rows of tiles to be worth that.
    private static int SmallestPiece(GemmOperand b) => (long)b.Rows * b.Columns > 256 * 1024 ? 8 : 1;

    private static void Copy(GemmOperand from, GemmOperand to)
    {
        for (var i = 0; i < from.Rows; i++)
            for (var j = 0; j < from.Columns; j++)
                *to.At(i, j) = *from.At(i, j);
    }
}
