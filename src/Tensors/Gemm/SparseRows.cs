// The contract between the loops of the sparse matrix product and its kernels.

namespace VaeFromScratch.Tensors;

/// <summary>Rows of C for a sparse kernel to continue, by up to <see cref="NonZeroMask.Width"/> steps of k.</summary>
/// <remarks>The rules of <see cref="GemmTile"/> hold, but for terms whose factor from A is zero: they are left out. (12.14)</remarks>
internal unsafe struct SparseRows
{
    /// <summary>Rows, 1 or more.</summary>
    public int Rows;

    /// <summary>What the chains of the first row start at, which may be C itself.</summary>
    public float* Start;

    /// <summary>Elements from one row of starts to the next: 0 where one row serves all.</summary>
    public nint StartRow;

    /// <summary>First element of the block of A; the numbers of a row lie side by side.</summary>
    public float* A;

    /// <summary>Elements from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>Which numbers of the first row are not zero.</summary>
    public ulong* Mask;

    /// <summary>Words from one row's mask to the next.</summary>
    public nint MaskRow;

    /// <summary>First element of the block of B.</summary>
    public float* B;

    /// <summary>The block of B that comes next, null if there is none: with each row of C one row of it is fetched into the second cache.</summary>
    // A fetch reads nothing, so that more of them than B has rows do no harm.
    public float* Fetch;

    /// <summary>Elements from one row of B to the next.</summary>
    public nint BStep;

    /// <summary>First element of the rows of C.</summary>
    public float* C;

    /// <summary>Elements from one row of C to the next.</summary>
    public nint CRow;
}
