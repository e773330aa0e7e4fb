// The table of sparse kernels: their widths and how to call them.

namespace VaeFromScratch.Tensors;

/// <summary>The sparse kernels of an instruction set: one row of C at a time, as many columns as there are registers for sums.</summary>
internal sealed unsafe class SparseKernel
{
    /// <summary>Columns of the wide and of the narrow one: 784 = 7·112 and 400 = 112 + 3·96, so that the layers of the reference model leave no rest.</summary>
    public const int Wide = 112, Narrow = 96;

    private readonly delegate*<in SparseRows, void> _wide, _narrow;

    private SparseKernel(delegate*<in SparseRows, void> wide, delegate*<in SparseRows, void> narrow)
    {
        _wide = wide;
        _narrow = narrow;
    }

    /// <summary>The kernels of an instruction set; null where leaving terms out gains nothing.</summary>
    public static SparseKernel? For(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => new(&SparseKernelAvx512.Compute112, &SparseKernelAvx512.Compute96),
        InstructionSet.Avx2 => new(&SparseKernelAvx2.Compute112, &SparseKernelAvx2.Compute96),
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

    /// <summary>Continues rows of C: <see cref="Wide"/> or <see cref="Narrow"/> columns, no other number.</summary>
    public void Compute(in SparseRows rows, int columns)
    {
        if (columns == Wide) _wide(in rows);
        else _narrow(in rows);
    }
}
