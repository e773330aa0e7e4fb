// The loops around the micro-kernel: they take a block of C tile by tile, in an order that keeps parts of A and B in the caches.

using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>Computes parts of a product: everything about it but the place of its result.</summary>
internal interface IGemmLoop
{
    /// <summary>Computes a block of C, all of its chains from beginning to end.</summary>
    void Compute(GemmOperand c, GemmBlock block);
}

/// <summary>The loops around the micro-kernel.</summary>
/// <remarks>
/// A strip of B, as wide as a tile and <see cref="MostSteps"/> high, stays in the first cache (one of 48 columns in the second) while a block
/// of A passes by, which stays in the second. (14.7)
/// Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008, with the parts of A and B exchanged. They copy
/// both; we copy what would not stay in the first cache together, and a B whose rows do not lie as vectors.
/// </remarks>
internal readonly unsafe struct GemmLoop(GemmKernel kernel, GemmOperand a, GemmOperand b, GemmStrips strips, GemmOperand starts) : IGemmLoop
{
    // A block of A has BlockRows x MostSteps numbers, 0.2 MB; a strip of 16 columns of B is 26 KB. (14.8)
    private const int MostSteps = 400, BlockRows = 128;

    // Of so many columns strips of B are copied at once, along its rows as they lie in memory. All of A passes by each panel: where that is more
    // than one block, which does not stay in the second cache, the panel is as wide as leaves room there for a block of A.
    private const int PanelColumns = 64, WidePanelColumns = 192;

    // To copy what a tile needs of A or of B costs about a third of computing the tile; a copy is made if so many tiles use it.
    private const int TilesWorthACopy = 8;

    /// <summary>Rows of a whole tile.</summary>
    public int TileRows => kernel.Rows;

    /// <inheritdoc/>
    public void Compute(GemmOperand c, GemmBlock block) =>
        ComputeColumns(c, block.Row, block.EndRow, strips.Column(block.Strip), strips.Column(block.EndStrip));

    /// <summary>Computes some rows of some columns of C: all of k, in blocks of at most <see cref="MostSteps"/> steps.</summary>
    // Blocks of k continue the chains that the block before them left in C: a float stored and loaded again is the same float.
    public void ComputeColumns(GemmOperand c, int row, int endRow, int column, int endColumn)
    {
        var blocks = Math.Max(1, (a.Columns + MostSteps - 1) / MostSteps);
        var blockRows = GemmGrid.Of(endRow - row, BlockRows, kernel.Rows, strips).GroupRows;
        if (b.HasVectorRows && (RowsFitIntoFirstCache || endRow - row < TilesWorthACopy * kernel.Rows))
        {
            for (var block = 0; block < blocks; block++)
                for (var i = row; i < endRow; i += blockRows)
                    ComputeBlock(a, c, i, Math.Min(i + blockRows, endRow), column, endColumn, FirstStep(block, blocks), FirstStep(block + 1, blocks), null);
            return;
        }

        var panelColumns = Math.Max(1, (endRow - row > BlockRows ? WidePanelColumns : PanelColumns) / kernel.Columns) * kernel.Columns;
        var mostSteps = (a.Columns + blocks - 1) / blocks;
        var copiesA = a.ColumnStride == 1 && RowsCollide(a) && endColumn - column >= TilesWorthACopy * kernel.Columns;
        var rented = ArrayPool<float>.Shared.Rent(mostSteps * panelColumns + AlignedMemory.Alignment / sizeof(float));
        var rentedForA = ArrayPool<float>.Shared.Rent(copiesA ? mostSteps * (endRow - row) : 0);
        fixed (float* memory = rented, memoryForA = rentedForA)
        {
            var panel = AlignedMemory.Align(memory);
            for (var block = 0; block < blocks; block++)
            {
                var (step, endStep) = (FirstStep(block, blocks), FirstStep(block + 1, blocks));
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

    private int FirstStep(int block, int blocks) => (int)((long)a.Columns * block / blocks);

    // Rows and columns of C, tile by tile, by one block of k. B is read from the panel, or where it lies if there is none.
    private void ComputeBlock(GemmOperand left, GemmOperand c, int row, int endRow, int column, int endColumn, int step, int endStep, float* panel)
    {
        GemmTile tile = default;
        (tile.ARow, tile.AStep, tile.CRow) = (left.RowStride, left.ColumnStride, c.RowStride);
        var from = step > 0 ? c : starts;
        (tile.K, tile.StartRow) = (endStep - step, from.RowStride);
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
                tile.Start = from.At(i, j);
                if (step > 0) FetchNext(tile);
                kernel.Compute(in tile);
            }
        }
    }

    // A tile that goes on from C begins with loading it, and has nothing else to do until it is there: so it is fetched a tile ahead. A fetch
    // reads nothing, so that rows beyond C do no harm.
    private static void FetchNext(in GemmTile tile)
    {
        if (!Sse.IsSupported) return;
        var c = tile.C + tile.Rows * tile.CRow;
        for (var row = 0; row < tile.Rows; row++, c += tile.CRow)
            for (var column = 0; column < tile.Columns; column += AlignedMemory.Alignment / sizeof(float))
                Sse.Prefetch1(c + column);
    }
}
