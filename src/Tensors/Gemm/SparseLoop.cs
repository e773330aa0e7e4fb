// The loops around the sparse kernels: rows of C in groups, B in blocks of 64 rows, and a way out to the dense loops.

namespace VaeFromScratch.Tensors;

/// <summary>The loops around the sparse kernels.</summary>
/// <remarks>
/// A block of B, a strip wide and 64 rows high, stays in the first cache while a group of up to <see cref="MostRows"/> rows passes by. Groups that
/// turn out to be dense, and the columns that are left over when those of the sparse kernels are taken, go to the dense loops.
/// </remarks>
internal readonly unsafe struct SparseLoop(
    SparseKernel kernel, GemmLoop dense, GemmOperand a, GemmOperand b, NonZeroMask mask, GemmStrips strips, GemmOperand starts) : IGemmLoop
{
    /// <summary>Most rows of a group.</summary>
    public const int MostRows = 128;

    // A multiply-add of the sparse kernel loads a vector and takes longer than one of the dense kernel, so that leaving out a fifth gains nothing. (14.10)
    private const double MostDensity = 0.75;

    /// <inheritdoc/>
    public void Compute(GemmOperand c, GemmBlock block)
    {
        for (var row = block.Row; row < block.EndRow; row += MostRows)
            ComputeGroup(c, row, Math.Min(row + MostRows, block.EndRow), block.Strip, block.EndStrip);
    }

    private void ComputeGroup(GemmOperand c, int row, int endRow, int strip, int endStrip)
    {
        var rows = endRow - row;
        // Without any term there would be nobody to write the zeros. A few rows fill no tile of the dense kernel, whatever is in them.
        var isSparse = mask.Words > 0 && (rows < dense.TileRows || mask.Count(row, endRow) <= MostDensity * rows * a.Columns);
        for (var s = strip; s < endStrip; s++)
        {
            var (column, columns) = (strips.Column(s), strips.Column(s + 1) - strips.Column(s));
            if (isSparse && columns is SparseKernel.Wide or SparseKernel.Narrow) ComputeStrip(c, row, endRow, column, columns);
            else dense.ComputeColumns(c, row, endRow, column, column + columns);
        }
    }

    private void ComputeStrip(GemmOperand c, int row, int endRow, int column, int columns)
    {
        SparseRows rows = default;
        (rows.Rows, rows.ARow, rows.MaskRow, rows.BStep, rows.CRow) = (endRow - row, a.RowStride, mask.RowStride, b.RowStride, c.RowStride);
        rows.C = c.At(row, column);
        for (var word = 0; word < mask.Words; word++)
        {
            var from = word > 0 ? c : starts;
            rows.StartRow = from.RowStride;
            rows.Start = from.At(row, column);
            rows.A = a.At(row, word * NonZeroMask.Width);
            rows.B = b.At(word * NonZeroMask.Width, column);
            rows.Mask = mask.Row(row) + word;
            // Nothing is fetched after the last block, nor where B has only two: the gradient of weights has, with a batch of 128, and both stay in
            // the second cache.
            rows.Fetch = mask.Words > 2 && word + 1 < mask.Words ? b.At((word + 1) * NonZeroMask.Width, column) : null;
            kernel.Compute(in rows, columns);
        }
    }
}
