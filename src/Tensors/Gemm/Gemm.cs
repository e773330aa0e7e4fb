// The driver of the matrix product: checks operands, splits C among threads, and hands tiles to the kernel.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
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

/// <summary>General matrix product, C = start + A·B, in single precision on SIMD kernels and in double precision as the reference.</summary>
/// <remarks>
/// Every element of C is one chain of fused multiply-adds over k in order, so the bits of the result depend neither on the
/// kernel nor on the number of threads, and equal those of <see cref="GemmReference"/>. Any strides are allowed; the fast
/// road needs the rows of B and C side by side in memory, while A, read one number at a time, may have any strides at no cost.
/// </remarks>
public static unsafe class Gemm
{
    // Blocks: a KBlock x ColumnBlock panel of B is read again for each band of rows, so it has to stay in L2 (1 MiB on the
    // machine this was tuned on, of which half is taken); a band of A, kernel rows x KBlock, has to stay in L1.
    private const int KBlock = 1024;
    private const int PanelElements = 128 * 1024;

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
                new Operand((float*)a.Pointer, a.Rows, a.Columns, a.RowStride, a.ColumnStride),
                new Operand((float*)b.Pointer, b.Rows, b.Columns, b.RowStride, b.ColumnStride),
                new Operand((float*)c.Pointer, c.Rows, c.Columns, c.RowStride, c.ColumnStride), start, rows);
        }

        a.KeepAlive();
        b.KeepAlive();
        c.KeepAlive();
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
            var left = Operand.Of(pa, a.Lengths, a.Strides, nameof(a));
            var right = Operand.Of(pb, b.Lengths, b.Strides, nameof(b));
            var result = Operand.Of(pc, c.Lengths, c.Strides, nameof(c));
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
            Multiply(engine, new Operand(pa, m, k, k, 1), new Operand(pb, k, n, n, 1), new Operand(pc, m, n, n, 1),
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

    private static void Multiply(Engine engine, Operand a, Operand b, Operand c, ChainStart start, float* rowStart)
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
        var rows = new Operand(packed.Pointer, b.Rows, b.Columns, b.Columns, 1);
        Copy(b, rows);
        MultiplyVectorRows(engine, a, rows, c, start, rowStart);
        packed.KeepAlive();
    }

    // (A·B)ᵀ = Bᵀ·Aᵀ, and a fused multiply-add does not care which of its factors comes first: the same bits.
    private static void MultiplyIntoStridedColumns(Engine engine, Operand a, Operand b, Operand c, ChainStart start, float* rowStart)
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
        var rows = new Operand(gathered.Pointer, c.Rows, c.Columns, c.Columns, 1);
        if (start == ChainStart.Accumulate) Copy(c, rows);
        Multiply(engine, a, b, rows, start, null);
        Copy(rows, c);
        gathered.KeepAlive();
    }

    private static void MultiplyVectorRows(Engine engine, Operand a, Operand b, Operand c, ChainStart start, float* rowStart)
    {
        var grid = Grid.For(engine.Kernel, c.Rows, c.Columns,
            (long)c.Rows * c.Columns * a.Columns < SerialMultiplyAdds ? 1 : engine.Team.Threads);
        engine.Team.For(grid.Parts, 1, new Body(engine.Kernel, grid, a, b, c, start, rowStart));
    }

    private static void Copy(Operand from, Operand to)
    {
        for (var i = 0; i < from.Rows; i++)
            for (var j = 0; j < from.Columns; j++)
                *to.At(i, j) = *from.At(i, j);
    }

    /// <summary>A pointer with a shape: what is left of an operand once it is checked and pinned.</summary>
    private readonly struct Operand(float* origin, int rows, int columns, nint rowStride, nint columnStride)
    {
        public readonly float* Origin = origin;
        public readonly int Rows = rows, Columns = columns;
        public readonly nint RowStride = rowStride, ColumnStride = columnStride;

        public Operand Transposed => new(Origin, Columns, Rows, ColumnStride, RowStride);

        public bool HasVectorRows => ColumnStride == 1 || Columns <= 1;

        public string Shape => FormattableString.Invariant($"[{Rows}, {Columns}]");

        public static Operand Of(float* origin, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name) => lengths.Length == 2
            ? new(origin, checked((int)lengths[0]), checked((int)lengths[1]), strides[0], strides[1])
            : throw new ArgumentException(FormattableString.Invariant($"{name} has {lengths.Length} dimensions; expected 2."), name);

        public float* At(int row, int column) => Origin + row * RowStride + column * ColumnStride;
    }

    /// <summary>How C is split among threads: into row bands and column bands of whole tiles. k is never split.</summary>
    private readonly record struct Grid(int RowParts, int ColumnParts, int RowTiles, int ColumnTiles)
    {
        public int Parts => RowParts * ColumnParts;

        /// <summary>The split whose largest part has the fewest tiles; among equals, the one with the longest rows.</summary>
        public static Grid For(GemmKernel kernel, int rows, int columns, int threads)
        {
            var rowTiles = (rows + kernel.Rows - 1) / kernel.Rows;
            var columnTiles = (columns + kernel.Columns - 1) / kernel.Columns;
            var best = new Grid(1, 1, rowTiles, columnTiles);
            var fewest = long.MaxValue;
            for (var columnParts = 1; columnParts <= Math.Min(threads, columnTiles); columnParts++)
            {
                var rowParts = Math.Min(threads / columnParts, rowTiles);
                var largest = (long)((rowTiles + rowParts - 1) / rowParts) * ((columnTiles + columnParts - 1) / columnParts);
                if (largest >= fewest) continue;
                fewest = largest;
                best = new Grid(rowParts, columnParts, rowTiles, columnTiles);
            }

            return best;
        }
    }

    private readonly struct Body(GemmKernel kernel, Grid grid, Operand a, Operand b, Operand c, ChainStart start, float* rowStart) : ILoopBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int first, int limit)
        {
            for (var part = first; part < limit; part++)
            {
                var (rowPart, columnPart) = (part / grid.ColumnParts, part % grid.ColumnParts);
                var row = Edge(grid.RowTiles, rowPart, grid.RowParts, kernel.Rows, c.Rows);
                var endRow = Edge(grid.RowTiles, rowPart + 1, grid.RowParts, kernel.Rows, c.Rows);
                var column = Edge(grid.ColumnTiles, columnPart, grid.ColumnParts, kernel.Columns, c.Columns);
                var endColumn = Edge(grid.ColumnTiles, columnPart + 1, grid.ColumnParts, kernel.Columns, c.Columns);
                ComputePart(row, endRow, column, endColumn);
            }
        }

        private static int Edge(int tiles, int part, int parts, int tileSize, int size) =>
            Math.Min((int)((long)tiles * part / parts) * tileSize, size);

        // Blocks of k continue the chains that the block before them left in C: a float stored and loaded again is the same float.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ComputePart(int row, int endRow, int column, int endColumn)
        {
            var k = a.Columns;
            var columnBlock = Math.Max(1, PanelElements / Math.Clamp(k, 1, KBlock) / kernel.Columns) * kernel.Columns;
            for (var j = column; j < endColumn; j += columnBlock)
            {
                var p = 0;
                do
                {
                    ComputeBlock(row, endRow, j, Math.Min(j + columnBlock, endColumn), p, Math.Min(KBlock, k - p));
                    p += KBlock;
                }
                while (p < k);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ComputeBlock(int row, int endRow, int column, int endColumn, int p, int k)
        {
            var starts = stackalloc float[kernel.Rows];
            new Span<float>(starts, kernel.Rows).Clear();
            GemmTile tile = default;
            tile.K = k;
            tile.Accumulate = start == ChainStart.Accumulate || p > 0;
            tile.Start = starts;
            (tile.ARow, tile.AStep) = (a.RowStride, a.ColumnStride);
            tile.BStep = b.RowStride;
            tile.CRow = c.RowStride;
            for (var i = row; i < endRow; i += kernel.Rows)
            {
                tile.Rows = Math.Min(kernel.Rows, endRow - i);
                tile.A = a.At(i, p);
                if (start == ChainStart.Row) new ReadOnlySpan<float>(rowStart + i, tile.Rows).CopyTo(new Span<float>(starts, kernel.Rows));
                for (var j = column; j < endColumn; j += kernel.Columns)
                {
                    tile.Columns = Math.Min(kernel.Columns, endColumn - j);
                    tile.B = b.At(p, j);
                    tile.C = c.At(i, j);
                    kernel.Compute(in tile);
                }
            }
        }
    }
}
