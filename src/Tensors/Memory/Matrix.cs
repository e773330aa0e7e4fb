// Matrix<T>: the one shape in which numbers travel through this project. A view with strides over memory that the garbage
// collector keeps. It computes nothing.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>A view of <c>[rows, columns]</c> numbers with any strides: a matrix, its transpose, or a block of either.</summary>
/// <typeparam name="T"><see cref="float"/> for the engine, <see cref="double"/> for gradient checks.</typeparam>
/// <remarks>
/// Copying the struct copies the view, not the numbers. Element <c>(i, j)</c> lies at
/// <c>i * RowStride + j * ColumnStride</c> from the first one. In this project activations are <c>[images, features]</c>: one image a row. (1.10)
/// </remarks>
public readonly struct Matrix<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _array;
    private readonly int _start;

    /// <summary>Allocates a zeroed matrix whose rows follow each other without gaps.</summary>
    /// <param name="rows">Rows, 0 or more.</param>
    /// <param name="columns">Columns, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="OverflowException">There are more elements than an array can be indexed by.</exception>
    public Matrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        _array = AlignedMemory.Allocate<T>(checked(rows * columns), out _start);
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, columns, 1);
    }

    internal Matrix(T[] array, int start, int rows, int columns, int rowStride, int columnStride)
    {
        (_array, _start) = (array, start);
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, rowStride, columnStride);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Elements from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Elements from one column to the next.</summary>
    public int ColumnStride { get; }

    /// <summary>The same numbers with rows and columns exchanged. Nothing is copied. (1.11)</summary>
    public Matrix<T> Transposed => new(_array, _start, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Whether all elements lie one after another, row by row, so that <see cref="Flat"/> can show them.</summary>
    public bool IsContiguous => ColumnStride == 1 && (RowStride == Columns || Rows <= 1);

    /// <summary>All elements of a contiguous matrix, row by row.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not contiguous.</exception>
    public Span<T> Flat => IsContiguous
        ? _array.AsSpan(_start, Rows * Columns)
        : throw new InvalidOperationException($"{this} is not contiguous.");

    /// <summary>The array that the view lies in.</summary>
    internal T[] Memory => _array;

    /// <summary>The first element, for the kernels; the array is pinned, so it holds while somebody holds the matrix.</summary>
    internal unsafe T* Pointer => _array is null ? null : (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) + _start;

    /// <summary>Holds the memory up to this call, for code that works on <see cref="Pointer"/>.</summary>
    internal void KeepAlive() => GC.KeepAlive(_array);

    /// <summary>One element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row or column is outside the matrix.</exception>
    public ref T this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
            return ref _array[_start + row * RowStride + column * ColumnStride];
        }
    }

    /// <summary>A row, <c>[columns]</c>, whose elements have to lie side by side.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">The elements of a row do not lie side by side.</exception>
    public Span<T> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        if (ColumnStride != 1) throw new InvalidOperationException($"The elements of a row of {this} do not lie side by side.");
        return _array.AsSpan(_start + row * RowStride, Columns);
    }

    /// <summary>A block of the matrix that shares its memory.</summary>
    /// <param name="row">First row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="column">First column.</param>
    /// <param name="columns">Number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block reaches outside the matrix.</exception>
    public Matrix<T> Block(int row, int rows, int column, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows - row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Columns - column);
        return new(_array, _start + row * RowStride + column * ColumnStride, rows, columns, RowStride, ColumnStride);
    }

    /// <summary>Rows <paramref name="row"/> up to <paramref name="row"/> + <paramref name="rows"/>, all columns.</summary>
    /// <inheritdoc cref="Block"/>
    public Matrix<T> RowBlock(int row, int rows) => Block(row, rows, 0, Columns);

    /// <summary>The first <paramref name="columns"/> columns, all rows: a shorter batch in the same memory.</summary>
    /// <inheritdoc cref="Block"/>
    public Matrix<T> FirstColumns(int columns) => Block(0, Rows, 0, columns);

    /// <summary>Copies the numbers to a matrix of the same shape that lies elsewhere; the rows of both have to lie side by side in memory.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="InvalidOperationException">The elements of a row do not lie side by side.</exception>
    public void CopyTo(Matrix<T> other)
    {
        other.RequireShape(Rows, Columns);
        for (var row = 0; row < Rows; row++) Row(row).CopyTo(other.Row(row));
    }

    /// <summary>All elements, row by row, in an array of their own.</summary>
    public T[] ToArray()
    {
        var array = new T[Rows * Columns];
        for (var i = 0; i < array.Length; i++) array[i] = this[i / Columns, i % Columns];
        return array;
    }

    /// <summary>The elements of a contiguous matrix under another shape of the same size.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not contiguous.</exception>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Matrix<T> Reshape(int rows, int columns)
    {
        if (!IsContiguous) throw new InvalidOperationException($"{this} is not contiguous.");
        if ((long)rows * columns != (long)Rows * Columns || rows < 0) throw new ArgumentException($"{this} can't be seen as [{rows}, {columns}].");
        return new(_array, _start, rows, columns, columns, 1);
    }

    /// <summary>The matrix as the two-dimensional tensor span of System.Numerics.Tensors. Nothing is copied.</summary>
    public TensorSpan<T> AsTensorSpan() => new(_array, _start, [Rows, Columns], [RowStride, ColumnStride]);

    /// <inheritdoc cref="AsTensorSpan"/>
    public static implicit operator TensorSpan<T>(Matrix<T> matrix) => matrix.AsTensorSpan();

    /// <summary>The shape, as in <c>[400, 784]</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"[{Rows}, {Columns}]");
}

/// <summary>Checks of shapes, for the entrances of layers.</summary>
public static class MatrixShape
{
    /// <summary>Throws unless the shape is <c>[rows, columns]</c>.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="rows">Expected rows.</param>
    /// <param name="columns">Expected columns.</param>
    /// <param name="name">The matrix, as the message shall call it: by default the expression it was called on.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public static void RequireShape<T>(this Matrix<T> matrix, int rows, int columns, [CallerArgumentExpression(nameof(matrix))] string name = "")
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (matrix.Rows != rows || matrix.Columns != columns)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {matrix}; expected [{rows}, {columns}]."));
    }
}
