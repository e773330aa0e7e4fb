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

/// <summary>How C is cut into the iterations of a parallel loop: rows of tiles, each in one or more column bands. k is never cut.</summary>
internal readonly record struct GemmGrid(int RowTiles, int ColumnBands, int ColumnTiles)
{
    public int Iterations => RowTiles * ColumnBands;

    /// <summary>Whole rows of tiles, as long as there are enough of them to go round; else each is cut into bands.</summary>
    public static GemmGrid For(GemmKernel kernel, int rows, int columns, int threads)
    {
        var (rowTiles, columnTiles) = ((rows + kernel.Rows - 1) / kernel.Rows, (columns + kernel.Columns - 1) / kernel.Columns);
        var wanted = threads == 1 ? 1 : TilesAThread * threads;
        return new GemmGrid(rowTiles, Math.Min(columnTiles, (wanted + rowTiles - 1) / rowTiles), columnTiles);
    }

    // So many iterations a thread let the loop even out what the last ones leave.
    private const int TilesAThread = 8;

    /// <summary>First column of a band; the end of the band before it.</summary>
    public int Column(int band, GemmKernel kernel, int columns) => Math.Min((int)((long)ColumnTiles * band / ColumnBands) * kernel.Columns, columns);
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

/// <summary>Computes C in place; an iteration is a row of tiles within a column band, band after band.</summary>
internal readonly struct GemmInPlace(GemmLoop loop, GemmGrid grid, GemmOperand c) : ILoopBody
{
    public void Execute(int first, int limit)
    {
        while (first < limit)
        {
            var (band, rowTile) = (first / grid.RowTiles, first % grid.RowTiles);
            var rowTiles = Math.Min(limit - first, grid.RowTiles - rowTile);
            loop.Compute(c, rowTile * loop.Kernel.Rows, Math.Min((rowTile + rowTiles) * loop.Kernel.Rows, c.Rows),
                grid.Column(band, loop.Kernel, c.Columns), grid.Column(band + 1, loop.Kernel, c.Columns));
            first += rowTiles;
        }
    }
}

/// <summary>Computes rows of tiles in a buffer that stays in the first cache, and hands the rows on.</summary>
internal readonly unsafe struct GemmByRows<T, TConsumer>(GemmLoop loop, TConsumer consumer) : ILoopBody
    where T : unmanaged, IFloatingPointIeee754<T> where TConsumer : struct, IRowConsumer<T>
{
    private const int LineElements = AlignedMemory.Alignment / sizeof(float);

    public void Execute(int first, int limit)
    {
        var stride = (loop.Columns + LineElements - 1) / LineElements * LineElements;
        var rented = ArrayPool<float>.Shared.Rent(loop.Kernel.Rows * stride + LineElements);
        fixed (float* buffer = rented)
        {
            var aligned = (float*)(((nuint)buffer + AlignedMemory.Alignment - 1) / AlignedMemory.Alignment * AlignedMemory.Alignment);
            for (var rowTile = first; rowTile < limit; rowTile++)
                ComputeTiles(aligned, stride, rowTile * loop.Kernel.Rows, Math.Min((rowTile + 1) * loop.Kernel.Rows, loop.Rows));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void ComputeTiles(float* buffer, int stride, int row, int end)
    {
        loop.Compute(new GemmOperand(buffer - (nint)row * stride, loop.Rows, loop.Columns, stride, 1), row, end, 0, loop.Columns);
        for (var i = row; i < end; i++)
            consumer.Take(i, MemoryMarshal.Cast<float, T>(new ReadOnlySpan<float>(buffer + (nint)(i - row) * stride, loop.Columns)));
    }
}
