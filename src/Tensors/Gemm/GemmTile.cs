// The contract between the driver of the matrix product and its kernels.

namespace VaeFromScratch.Tensors;

/// <summary>One tile of C for a kernel to compute, with the strips of A and B that it is made of.</summary>
/// <remarks>
/// <code>
///                B: K rows, BStep apart, each Columns wide
///                  | | | |
///   A: Rows --   [ C tile  ]   C[i, j] = Start[i*StartRow + j] + sum over p of A[i*ARow + p*AStep] * B[p*BStep + j]
///      each --   [ Rows x  ]
///      K long    [ Columns ]
/// </code>
/// Three rules hold for every kernel. Each element is one chain of fused multiply-adds over p in order. (12.11) C is never read: it may hold NaN.
/// Tiles smaller than the kernel's own are the kernel's duty: nothing outside the tile is read or written.
/// </remarks>
internal unsafe struct GemmTile
{
    /// <summary>Rows of the tile: 1 to the kernel's own.</summary>
    public int Rows;

    /// <summary>Columns of the tile: 1 to the kernel's own.</summary>
    public int Columns;

    /// <summary>Length of each chain, 0 or more.</summary>
    public int K;

    /// <summary>What the chains of the first row start at, which may be C itself.</summary>
    public float* Start;

    /// <summary>Elements from one row of starts to the next: 0 where one row serves all.</summary>
    public nint StartRow;

    /// <summary>First element of A's strip, read one number at a time, so that its strides may be any.</summary>
    public float* A;

    /// <summary>Elements from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>Elements from one p to the next in A.</summary>
    public nint AStep;

    /// <summary>First element of B's strip, whose rows are read as vectors.</summary>
    public float* B;

    /// <summary>Elements from one p to the next in B.</summary>
    public nint BStep;

    /// <summary>First element of the tile, whose rows are written as vectors.</summary>
    public float* C;

    /// <summary>Elements from one row of C to the next.</summary>
    public nint CRow;
}
