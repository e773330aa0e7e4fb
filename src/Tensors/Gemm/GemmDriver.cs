// Inside the matrix product: how C is split among threads and cut into blocks and tiles.

using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>A pointer with a shape: what is left of an operand once it is checked and pinned.</summary>
internal readonly unsafe struct GemmOperand(float* origin, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Origin = origin;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;

    public GemmOperand Transposed => new(Origin, Columns, Rows, ColumnStride, RowStride);

    public bool HasVectorRows => ColumnStride == 1 || Columns <= 1;

    public string Shape => FormattableString.Invariant($"[{Rows}, {Columns}]");

    public static GemmOperand Of(float* origin, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name) => lengths.Length == 2
        ? new(origin, checked((int)lengths[0]), checked((int)lengths[1]), strides[0], strides[1])
        : throw new ArgumentException(FormattableString.Invariant($"{name} has {lengths.Length} dimensions; expected 2."), name);

    public float* At(int row, int column) => Origin + row * RowStride + column * ColumnStride;
}

/// <summary>How C is split among threads: into row bands and column bands of whole tiles. k is never split.</summary>
internal readonly record struct GemmGrid(int RowParts, int ColumnParts, int RowTiles, int ColumnTiles)
{
    public int Parts => RowParts * ColumnParts;

    /// <summary>The split whose largest part has the fewest tiles; among equals, the one with the longest rows.</summary>
    public static GemmGrid For(GemmKernel kernel, int rows, int columns, int threads)
    {
        var rowTiles = (rows + kernel.Rows - 1) / kernel.Rows;
        var columnTiles = (columns + kernel.Columns - 1) / kernel.Columns;
        var best = new GemmGrid(1, 1, rowTiles, columnTiles);
        var fewest = long.MaxValue;
        for (var columnParts = 1; columnParts <= Math.Min(threads, columnTiles); columnParts++)
        {
            var rowParts = Math.Min(threads / columnParts, rowTiles);
            var largest = (long)((rowTiles + rowParts - 1) / rowParts) * ((columnTiles + columnParts - 1) / columnParts);
            if (largest >= fewest) continue;
            fewest = largest;
            best = new GemmGrid(rowParts, columnParts, rowTiles, columnTiles);
        }

        return best;
    }

    /// <summary>Rows alone are split, so that each part has whole rows.</summary>
    public static GemmGrid ForRows(GemmKernel kernel, int rows, int threads)
    {
        var rowTiles = (rows + kernel.Rows - 1) / kernel.Rows;
        return new GemmGrid(Math.Min(threads, rowTiles), 1, rowTiles, 1);
    }

    /// <summary>First row of a part, given in rows of C; the end of the part before it.</summary>
    public int Row(int part, GemmKernel kernel, int rows) => Edge(RowTiles, part, RowParts, kernel.Rows, rows);

    /// <summary>First column of a part, given in columns of C; the end of the part before it.</summary>
    public int Column(int part, GemmKernel kernel, int columns) => Edge(ColumnTiles, part, ColumnParts, kernel.Columns, columns);

    private static int Edge(int tiles, int part, int parts, int tileSize, int size) =>
        Math.Min((int)((long)tiles * part / parts) * tileSize, size);
}

/// <summary>The loops around the kernel: everything about a product but the place of its result.</summary>
internal readonly unsafe struct GemmLoop(GemmKernel kernel, GemmOperand a, GemmOperand b, ChainStart start, float* rowStart)
{
    // A KBlock x ColumnBlock panel of B is read again for each band of rows, so it has to stay in L2 (1 MiB on the machine this was
    // tuned on, of which half is taken); a band of A, kernel rows x KBlock, has to stay in L1.
    private const int KBlock = 1024;
    private const int PanelElements = 128 * 1024;

    public readonly GemmKernel Kernel = kernel;

    public int Rows => a.Rows;

    public int Columns => b.Columns;

    /// <summary>Computes a block of C, all of its chains from beginning to end.</summary>
    // Blocks of k continue the chains that the block before them left in C: a float stored and loaded again is the same float.
    public void Compute(GemmOperand c, int row, int endRow, int column, int endColumn)
    {
        var k = a.Columns;
        var columnBlock = Math.Max(1, PanelElements / Math.Clamp(k, 1, KBlock) / Kernel.Columns) * Kernel.Columns;
        for (var j = column; j < endColumn; j += columnBlock)
        {
            var p = 0;
            do
            {
                ComputeTiles(c, row, endRow, j, Math.Min(j + columnBlock, endColumn), p, Math.Min(KBlock, k - p));
                p += KBlock;
            }
            while (p < k);
        }
    }

    private void ComputeTiles(GemmOperand c, int row, int endRow, int column, int endColumn, int p, int k)
    {
        var starts = stackalloc float[Kernel.Rows];
        new Span<float>(starts, Kernel.Rows).Clear();
        GemmTile tile = default;
        tile.K = k;
        tile.Accumulate = start == ChainStart.Accumulate || p > 0;
        tile.Start = starts;
        (tile.ARow, tile.AStep) = (a.RowStride, a.ColumnStride);
        tile.BStep = b.RowStride;
        tile.CRow = c.RowStride;
        for (var i = row; i < endRow; i += Kernel.Rows)
        {
            tile.Rows = Math.Min(Kernel.Rows, endRow - i);
            tile.A = a.At(i, p);
            if (start == ChainStart.Row) new ReadOnlySpan<float>(rowStart + i, tile.Rows).CopyTo(new Span<float>(starts, Kernel.Rows));
            for (var j = column; j < endColumn; j += Kernel.Columns)
            {
                tile.Columns = Math.Min(Kernel.Columns, endColumn - j);
                tile.B = b.At(p, j);
                tile.C = c.At(i, j);
                Kernel.Compute(in tile);
            }
        }
    }
}

/// <summary>Computes parts of C in place.</summary>
internal readonly struct GemmPart(GemmLoop loop, GemmGrid grid, GemmOperand c) : ILoopBody
{
    public void Execute(int first, int limit)
    {
        for (var part = first; part < limit; part++)
        {
            var (row, column) = (part / grid.ColumnParts, part % grid.ColumnParts);
            loop.Compute(c, grid.Row(row, loop.Kernel, c.Rows), grid.Row(row + 1, loop.Kernel, c.Rows),
                grid.Column(column, loop.Kernel, c.Columns), grid.Column(column + 1, loop.Kernel, c.Columns));
        }
    }
}

/// <summary>Computes bands of rows in a buffer that stays in the first cache, and hands the rows on.</summary>
internal readonly unsafe struct GemmRowsPart<T, TConsumer>(GemmLoop loop, GemmGrid grid, TConsumer consumer) : ILoopBody
    where T : unmanaged, IFloatingPointIeee754<T> where TConsumer : struct, IRowConsumer<T>
{
    public void Execute(int first, int limit)
    {
        var stride = (loop.Columns + AlignedMemory.Alignment / sizeof(float) - 1) / (AlignedMemory.Alignment / sizeof(float)) * (AlignedMemory.Alignment / sizeof(float));
        var rented = ArrayPool<float>.Shared.Rent(loop.Kernel.Rows * stride + AlignedMemory.Alignment / sizeof(float));
        fixed (float* buffer = rented)
        {
            var band = (float*)(((nuint)buffer + AlignedMemory.Alignment - 1) / AlignedMemory.Alignment * AlignedMemory.Alignment);
            for (var part = first; part < limit; part++)
            {
                var end = grid.Row(part + 1, loop.Kernel, loop.Rows);
                for (var row = grid.Row(part, loop.Kernel, loop.Rows); row < end; row += loop.Kernel.Rows)
                    ComputeBand(band, stride, row, Math.Min(row + loop.Kernel.Rows, end));
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void ComputeBand(float* band, int stride, int row, int end)
    {
        loop.Compute(new GemmOperand(band - (nint)row * stride, loop.Rows, loop.Columns, stride, 1), row, end, 0, loop.Columns);
        for (var i = row; i < end; i++)
            consumer.Take(i, MemoryMarshal.Cast<float, T>(new ReadOnlySpan<float>(band + (nint)(i - row) * stride, loop.Columns)));
    }
}
