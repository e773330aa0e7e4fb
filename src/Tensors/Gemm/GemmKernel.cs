// The table of kernels: their tile sizes and how to call them.

namespace VaeFromScratch.Tensors;

/// <summary>A micro-kernel: the size of its tile and the function that computes one.</summary>
internal sealed unsafe class GemmKernel
{
    private readonly delegate*<in GemmTile, void> _compute;

    private GemmKernel(int rows, int fewRows, int columns, delegate*<in GemmTile, void> compute)
    {
        (Rows, FewRows, Columns) = (rows, fewRows, columns);
        _compute = compute;
    }

    /// <summary>Most rows of a tile.</summary>
    public int Rows { get; }

    /// <summary>Rows of a second tile, with which sizes that are no multiple of <see cref="Rows"/> can be made up; the same where there is none.</summary>
    public int FewRows { get; }

    /// <summary>Most columns of a tile.</summary>
    public int Columns { get; }

    /// <summary>The kernel of an instruction set.</summary>
    public static GemmKernel For(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => new(KernelAvx512Tile8x48.Rows, KernelAvx512Tile8x48.Rows, KernelAvx512Tile8x48.Columns, &KernelAvx512Tile8x48.Compute),
        InstructionSet.Avx2 => new(KernelAvx2Tile6x16.Rows, KernelAvx2Tile6x16.FewRows, KernelAvx2Tile6x16.Columns, &KernelAvx2Tile6x16.Compute),
        InstructionSet.V128 => new(KernelV128Tile6x8.Rows, KernelV128Tile6x8.FewRows, KernelV128Tile6x8.Columns, &KernelV128Tile6x8.Compute),
        _ => new(KernelScalarTile4x2.Rows, KernelScalarTile4x2.Rows, KernelScalarTile4x2.Columns, &KernelScalarTile4x2.Compute),
    };

    /// <summary>Rows of the next tile when so many are left: 128 rows are 20 times 6 and twice 4.</summary>
    public int TileRows(int left) => left == 2 * FewRows || (left >= FewRows && left < Rows) ? FewRows : Math.Min(left, Rows);

    /// <summary>Computes one tile.</summary>
    public void Compute(in GemmTile tile) => _compute(in tile);
}
