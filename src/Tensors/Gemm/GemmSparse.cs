// The matrix product where many numbers of A are zero, as pixels and what a ReLU lets through are: their terms are left out.

namespace VaeFromScratch.Tensors;

/// <summary>Rows of C for a sparse kernel to continue, by up to <see cref="NonZeroMask.Width"/> steps of k.</summary>
/// <remarks>The rules of <see cref="GemmTile"/> hold, but for terms whose factor from A is zero: they are left out.</remarks> (12.14)
internal unsafe struct SparseRows
{
    /// <summary>Rows, 1 or more.</summary>
    public int Rows;

    /// <summary>Whether the chains start at what C holds; else they start at zero.</summary>
    public bool Accumulate;

    /// <summary>First element of the block of A, whose rows lie side by side in memory.</summary>
    public float* A;

    /// <summary>Elements from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>Which numbers of the first row are not zero.</summary>
    public ulong* Mask;

    /// <summary>Words from one row's mask to the next.</summary>
    public nint MaskRow;

    /// <summary>First element of the block of B.</summary>
    public float* B;

    /// <summary>The block of B that comes next, to be fetched; null if there is none.</summary>
    public float* Fetch;

    /// <summary>Elements from one row of B to the next.</summary>
    public nint BStep;

    /// <summary>First element of the rows of C.</summary>
    public float* C;

    /// <summary>Elements from one row of C to the next.</summary>
    public nint CRow;
}

/// <summary>The sparse kernels of an instruction set: one row of C at a time, as many columns as there are registers for sums.</summary>
internal sealed unsafe class SparseKernel
{
    /// <summary>Columns of the wide and of the narrow one: together they divide 400 and 784, the sizes of the reference model.</summary>
    public const int Wide = 112, Narrow = 80;

    private readonly delegate*<in SparseRows, void> _wide, _narrow;

    private SparseKernel(delegate*<in SparseRows, void> wide, delegate*<in SparseRows, void> narrow)
    {
        _wide = wide;
        _narrow = narrow;
    }

    /// <summary>The kernels of an instruction set; null where leaving terms out gains nothing.</summary>
    public static SparseKernel? For(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => new(&SparseKernelAvx512.Compute112, &SparseKernelAvx512.Compute80),
        InstructionSet.Avx2 => new(&SparseKernelAvx2.Compute112, &SparseKernelAvx2.Compute80),
        _ => null,
    };

    /// <summary>Cuts columns into strips for the two kernels so that as few as possible are left.</summary>
    public static GemmStrips Strips(int columns)
    {
        var best = GemmStrips.Uniform(columns, Wide) with { Narrow = Narrow };
        for (var wide = columns / Wide; wide >= 0; wide--)
        {
            var strips = new GemmStrips(columns, Wide, wide, Narrow, (columns - wide * Wide) / Narrow);
            if (Covered(strips) > Covered(best)) best = strips;
        }

        return best;

        static int Covered(GemmStrips strips) => strips.WideCount * Wide + strips.NarrowCount * Narrow;
    }

    /// <summary>Continues rows of C, <see cref="Wide"/> or <see cref="Narrow"/> columns of them.</summary>
    public void Compute(in SparseRows rows, int columns)
    {
        if (columns == Wide) _wide(in rows);
        else _narrow(in rows);
    }
}

/// <summary>The loops around the sparse kernels.</summary>
/// <remarks>
/// A block of B, a strip wide and 64 rows high, stays in the first cache while up to <see cref="MostRows"/> rows pass by. Rows that turn out to be
/// dense, and columns that no sparse kernel is as narrow as, are left to the dense loops.
/// </remarks>
internal readonly unsafe struct SparseLoop(
    SparseKernel kernel, GemmLoop dense, GemmOperand a, GemmOperand b, NonZeroMask mask, GemmStrips strips, ChainStart start, float* columnStart) : IGemmLoop
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
        if (start == ChainStart.Column) GemmLoop.FillWithColumnStart(c, row, endRow, column, columns, columnStart);
        SparseRows rows = default;
        (rows.Rows, rows.ARow, rows.MaskRow, rows.BStep, rows.CRow) = (endRow - row, a.RowStride, mask.RowStride, b.RowStride, c.RowStride);
        rows.C = c.At(row, column);
        for (var word = 0; word < mask.Words; word++)
        {
            rows.Accumulate = start != ChainStart.Zero || word > 0;
            rows.A = a.At(row, word * NonZeroMask.Width);
            rows.B = b.At(word * NonZeroMask.Width, column);
            rows.Mask = mask.Row(row) + word;
            // The last block, and a B of two blocks, which a batch of 128 has in the gradient of weights and which stays in the second cache: nothing.
            rows.Fetch = mask.Words > 2 && word + 1 < mask.Words ? b.At((word + 1) * NonZeroMask.Width, column) : null;
            kernel.Compute(in rows, columns);
        }
    }
}
