// An operand of the matrix product as its loops see it: bare memory with a shape. Nothing is checked any more.

namespace VaeFromScratch.Tensors;

/// <summary>A pointer with a shape: what is left of an operand once it is checked and pinned.</summary>
internal readonly unsafe struct GemmOperand(float* origin, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Origin = origin;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;

    public GemmOperand Transposed => new(Origin, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Whether the numbers of each row lie side by side, so that they can be loaded and stored as vectors.</summary>
    public bool HasVectorRows => ColumnStride == 1 || Columns <= 1;

    public string Shape => FormattableString.Invariant($"[{Rows}, {Columns}]");

    /// <summary>The operand of a tensor span, which has to have two dimensions.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static GemmOperand Of(float* origin, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name) => lengths.Length == 2
        ? new(origin, checked((int)lengths[0]), checked((int)lengths[1]), strides[0], strides[1])
        : throw new ArgumentException(FormattableString.Invariant($"{name} has {lengths.Length} dimensions; expected 2."), name);

    public float* At(int row, int column) => Origin + row * RowStride + column * ColumnStride;
}
