// Inside the matrix product: how C is cut into parts for the threads, and the loops that feed the kernel with tiles.

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

/// <summary>How the columns of C are cut into strips: some wide ones, then some narrow ones, then what is left.</summary>
internal readonly record struct GemmStrips(int Columns, int Wide, int WideCount, int Narrow, int NarrowCount)
{
    public int Count => WideCount + NarrowCount + (Rest > 0 ? 1 : 0);

    private int Rest => Columns - WideCount * Wide - NarrowCount * Narrow;

    /// <summary>Strips of one width.</summary>
    public static GemmStrips Uniform(int columns, int width) => new(columns, width, columns / width, 0, 0);

    /// <summary>First column of a strip; the end of the strip before it.</summary>
    public int Column(int strip) => strip >= Count
        ? Columns
        : Math.Min(strip, WideCount) * Wide + Math.Min(Math.Max(strip - WideCount, 0), NarrowCount) * Narrow;
}

/// <summary>How C is cut: into groups of rows and strips of columns. k is never cut.</summary>
/// <param name="Rows">Rows of C.</param>
/// <param name="GroupRows">Rows of a group.</param>
/// <param name="Strips">The strips of columns.</param>
/// <param name="IsByColumns">Whether the pieces are counted strip by strip, so that each thread keeps to some columns of B; else group by group.</param>
internal readonly record struct GemmGrid(int Rows, int GroupRows, GemmStrips Strips, bool IsByColumns = false)
{
    public int Groups => (Rows + GroupRows - 1) / GroupRows;

    public int Pieces => Groups * Strips.Count;

    /// <summary>Groups of about the same size, none larger than <paramref name="mostRows"/>, but for being rounded up to whole tiles.</summary>
    public static GemmGrid Of(int rows, int mostRows, int tileRows, GemmStrips strips)
    {
        var groups = (rows + mostRows - 1) / mostRows;
        var groupRows = (rows + groups - 1) / groups;
        return new GemmGrid(rows, (groupRows + tileRows - 1) / tileRows * tileRows, strips);
    }

    /// <summary>As many of the pieces from <paramref name="first"/> up to <paramref name="limit"/> as are a block of C, and how many these are.</summary>
    public (GemmBlock Block, int Pieces) Block(int first, int limit)
    {
        var side = IsByColumns ? Groups : Strips.Count;
        var (outer, inner) = (first / side, first % side);
        var count = Math.Min(limit - first, side - inner);
        var (group, groups, strip, strips) = IsByColumns ? (inner, count, outer, 1) : (outer, 1, inner, count);
        return (new GemmBlock(group * GroupRows, Math.Min((group + groups) * GroupRows, Rows), strip, strip + strips), count);
    }
}

/// <summary>Some rows of some strips of C.</summary>
internal readonly record struct GemmBlock(int Row, int EndRow, int Strip, int EndStrip);

/// <summary>Computes parts of a product: everything about it but the place of its result.</summary>
internal interface IGemmLoop
{
    /// <summary>Computes a block of C, all of its chains from beginning to end.</summary>
    void Compute(GemmOperand c, GemmBlock block);
}

/// <summary>The loops around the micro-kernel.</summary>
/// <remarks>
/// A strip of B, as wide as a tile and <see cref="MostSteps"/> high, stays in the first cache while a block of A passes by, which stays in the second. (14.7)
/// Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008, with the parts of A and B exchanged. They copy
/// both; we copy what would not stay in the first cache together, and a B whose rows do not lie as vectors.
/// </remarks>
internal readonly unsafe struct GemmLoop(GemmKernel kernel, GemmOperand a, GemmOperand b, GemmStrips strips, ChainStart start, float* columnStart) : IGemmLoop
{
    // 0.2 MB of A; 25 KB of a strip of 16 columns. Several strips are copied at once, along the rows of B. (14.8)
    private const int MostSteps = 400, BlockRows = 128, PanelColumns = 64;

    // A copy costs about as much as a third of a tile.
    private const int TilesWorthACopy = 8;

    /// <summary>Rows of a whole tile.</summary>
    public int TileRows => kernel.Rows;

    /// <inheritdoc/>
    public void Compute(GemmOperand c, GemmBlock block) =>
        ComputeColumns(c, block.Row, block.EndRow, strips.Column(block.Strip), strips.Column(block.EndStrip));

    /// <summary>Computes some rows of some columns of C.</summary>
    // Blocks of k continue the chains that the block before them left in C: a float stored and loaded again is the same float.
    public void ComputeColumns(GemmOperand c, int row, int endRow, int column, int endColumn)
    {
        if (start == ChainStart.Column) FillWithColumnStart(c, row, endRow, column, endColumn - column, columnStart);
        var blocks = Math.Max(1, (a.Columns + MostSteps - 1) / MostSteps);
        var blockRows = GemmGrid.Of(endRow - row, BlockRows, kernel.Rows, strips).GroupRows;
        if (b.HasVectorRows && (RowsFitIntoFirstCache || endRow - row < TilesWorthACopy * kernel.Rows))
        {
            for (var block = 0; block < blocks; block++)
                for (var i = row; i < endRow; i += blockRows)
                    ComputeBlock(a, c, i, Math.Min(i + blockRows, endRow), column, endColumn, Step(block, blocks), Step(block + 1, blocks), null);
            return;
        }

        var panelColumns = Math.Max(1, PanelColumns / kernel.Columns) * kernel.Columns;
        var mostSteps = (a.Columns + blocks - 1) / blocks;
        var copiesA = a.ColumnStride == 1 && RowsCollide(a) && endColumn - column >= TilesWorthACopy * kernel.Columns;
        var rented = ArrayPool<float>.Shared.Rent(mostSteps * panelColumns + AlignedMemory.Alignment / sizeof(float));
        var rentedForA = ArrayPool<float>.Shared.Rent(copiesA ? mostSteps * (endRow - row) : 0);
        fixed (float* memory = rented, memoryForA = rentedForA)
        {
            var panel = AlignedMemory.Align(memory);
            for (var block = 0; block < blocks; block++)
            {
                var (step, endStep) = (Step(block, blocks), Step(block + 1, blocks));
                var left = copiesA ? CopyOfA(row, endRow, step, endStep, memoryForA) : a;
                for (var j = column; j < endColumn; j += panelColumns)
                {
                    var endPanel = Math.Min(j + panelColumns, endColumn);
                    GemmPanelCopy.Copy(b, step, endStep, j, endPanel, panel, kernel.Columns);
                    for (var i = row; i < endRow; i += blockRows)
                        ComputeBlock(left, c, i, Math.Min(i + blockRows, endRow), j, endPanel, step, endStep, panel);
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);
        ArrayPool<float>.Shared.Return(rentedForA);
    }

    // Addresses that differ by a multiple of 4 KiB compete for the same few places in the first cache. Rows whose distance is an even number of
    // lines use half of the places or less, down to one for high powers of two.
    private bool RowsFitIntoFirstCache => BitOperations.TrailingZeroCount(b.RowStride * sizeof(float)) <= BitOperations.TrailingZeroCount(AlignedMemory.Alignment);

    // Of A only a band of rows has to stay there, so that it takes a distance of 2 KiB or a multiple for them to collide.
    private static bool RowsCollide(GemmOperand a) => BitOperations.TrailingZeroCount(a.RowStride * sizeof(float)) >= BitOperations.TrailingZeroCount(2048);

    // Some rows and columns of A without gaps, as an operand with the indices of the whole.
    private GemmOperand CopyOfA(int row, int endRow, int step, int endStep, float* copy)
    {
        var steps = endStep - step;
        for (var i = row; i < endRow; i++) new ReadOnlySpan<float>(a.At(i, step), steps).CopyTo(new Span<float>(copy + (nint)(i - row) * steps, steps));
        return new GemmOperand(copy - (nint)row * steps - step, a.Rows, a.Columns, steps, 1);
    }

    private int Step(int block, int blocks) => (int)((long)a.Columns * block / blocks);

    private void ComputeBlock(GemmOperand left, GemmOperand c, int row, int endRow, int column, int endColumn, int step, int endStep, float* panel)
    {
        GemmTile tile = default;
        (tile.ARow, tile.AStep, tile.CRow) = (left.RowStride, left.ColumnStride, c.RowStride);
        (tile.K, tile.Accumulate) = (endStep - step, start != ChainStart.Zero || step > 0);
        tile.BStep = panel == null ? b.RowStride : kernel.Columns;
        for (var j = column; j < endColumn; j += kernel.Columns)
        {
            tile.Columns = Math.Min(kernel.Columns, endColumn - j);
            tile.B = panel == null ? b.At(step, j) : panel + (nint)(j - column) * tile.K;
            for (var i = row; i < endRow; i += tile.Rows)
            {
                tile.Rows = kernel.TileRows(endRow - i);
                tile.A = left.At(i, step);
                tile.C = c.At(i, j);
                kernel.Compute(in tile);
            }
        }
    }

    /// <summary>Writes the start of each column's chains into some rows of C.</summary>
    public static void FillWithColumnStart(GemmOperand c, int row, int endRow, int column, int columns, float* columnStart)
    {
        var starts = new ReadOnlySpan<float>(columnStart + column, columns);
        for (var i = row; i < endRow; i++) starts.CopyTo(new Span<float>(c.At(i, column), columns));
    }
}

/// <summary>Computes C in place.</summary>
internal readonly struct GemmInPlace<TLoop>(TLoop loop, GemmGrid grid, GemmOperand c) : ILoopBody where TLoop : struct, IGemmLoop
{
    public void Execute(int first, int limit)
    {
        while (first < limit)
        {
            var (block, pieces) = grid.Block(first, limit);
            loop.Compute(c, block);
            first += pieces;
        }
    }
}

/// <summary>Computes groups of rows of C in a buffer that stays in cache, and hands the rows on.</summary>
/// <remarks>Whole rows, so that what the consumer reads and writes beside them are long runs of memory too.</remarks>
internal readonly unsafe struct GemmByRows<TLoop, T, TConsumer>(TLoop loop, GemmGrid grid, TConsumer consumer) : ILoopBody
    where TLoop : struct, IGemmLoop where T : unmanaged where TConsumer : struct, IRowConsumer<T>
{
    private const int LineElements = AlignedMemory.Alignment / sizeof(float);

    // 0.2 MB for rows of 784 numbers. A strip of B comes into the first cache once for so many rows.
    private const int MostRows = 64, MostElements = 1 << 16;

    /// <summary>Most rows of a group, when there are so many in all, of so many columns: at least four groups a thread, and as many for each.</summary>
    public static int RowsOfAGroup(int rows, int columns, int threads)
    {
        var most = Math.Clamp(Math.Min(MostElements / columns, rows / (4 * threads)), 1, MostRows);
        var groups = (rows + most - 1) / most;
        var evenGroups = (groups + threads - 1) / threads * threads;
        return (rows + evenGroups - 1) / evenGroups;
    }

    public void Execute(int first, int limit)
    {
        var columns = grid.Strips.Columns;
        var stride = (columns + LineElements - 1) / LineElements * LineElements;
        var rented = ArrayPool<float>.Shared.Rent(grid.GroupRows * stride + LineElements);
        fixed (float* memory = rented)
        {
            var buffer = AlignedMemory.Align(memory);
            for (var group = first; group < limit; group++)
            {
                var block = new GemmBlock(group * grid.GroupRows, Math.Min((group + 1) * grid.GroupRows, grid.Rows), 0, grid.Strips.Count);
                // Where C would begin, if the buffer were these rows of it.
                var c = new GemmOperand(buffer - (nint)block.Row * stride, grid.Rows, columns, stride, 1);
                loop.Compute(c, block);
                for (var i = block.Row; i < block.EndRow; i++) consumer.Take(i, MemoryMarshal.Cast<float, T>(new ReadOnlySpan<float>(c.At(i, 0), columns)));
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
