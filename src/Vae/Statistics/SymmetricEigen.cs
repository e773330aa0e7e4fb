// Eigenvalues and eigenvectors of a symmetric matrix in double precision, with the same bits on every machine.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>The eigenvalues of a symmetric matrix, largest first, and a vector for each.</summary>
/// <param name="Values">Eigenvalues in falling order, <c>[n]</c>.</param>
/// <param name="Vectors">
/// Row j is the unit vector of the j-th value, <c>[n, n]</c>; the rows are orthogonal to each other. The largest of a vector's elements by
/// magnitude, the first of them if there are several, is positive.
/// </param>
public sealed record SymmetricEigen(double[] Values, Matrix<double> Vectors)
{
    // Reflections make the matrix tridiagonal (16.6), rotations make that diagonal (16.9), and the reflections take the rotations' product back to
    // the matrix's own axes. + - * / and square roots alone, each rounded by itself, in one order: no bit depends on machine or threads. The time
    // grows with n³.

    /// <summary>Finds all eigenvalues and eigenvectors.</summary>
    /// <param name="engine">The threads to use; they change no bit.</param>
    /// <param name="matrix">A symmetric matrix, <c>[n, n]</c>, n at least 1.</param>
    /// <returns>
    /// Values and vectors for which A·v differs from lambda·v by some n units in the last place of the largest eigenvalue: small
    /// eigenvalues are that much less certain.
    /// </returns>
    /// <exception cref="ArgumentException">The matrix is not square, not symmetric to the last bit, or holds a number that is not finite.</exception>
    /// <exception cref="InvalidOperationException">The rotations did not come to an end.</exception>
    public static SymmetricEigen Of(Engine engine, Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var n = matrix.Rows;
        // A power of two that brings the elements below 2 keeps every bit, and no square over- or underflows.
        var unit = Math.ScaleB(1, LargestExponent(matrix));
        var scaled = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                scaled[i, j] = matrix[i, j] / unit;

        var tridiagonal = HouseholderReduction.Of(engine, scaled);
        var vectors = TridiagonalRotations.Diagonalize(engine, tridiagonal.Diagonal, tridiagonal.OffDiagonal);
        tridiagonal.ReflectBack(engine, vectors);

        var order = Enumerable.Range(0, n).OrderByDescending(j => tridiagonal.Diagonal[j]).ToArray();
        var sorted = new Matrix<double>(n, n);
        for (var j = 0; j < n; j++) CopyWithSign(vectors.Row(order[j]), sorted.Row(j));
        return new SymmetricEigen([.. order.Select(j => tridiagonal.Diagonal[j] * unit)], sorted);
    }

    private static int LargestExponent(Matrix<double> matrix)
    {
        if (matrix.Rows != matrix.Columns || matrix.Rows == 0) throw new ArgumentException($"The matrix is {matrix}; expected a square one.", nameof(matrix));
        var largest = 0.0;
        for (var i = 0; i < matrix.Rows; i++)
        {
            for (var j = 0; j < matrix.Columns; j++)
            {
                if (!double.IsFinite(matrix[i, j]))
                    throw new ArgumentException(FormattableString.Invariant($"Element ({i}, {j}) of the matrix is {matrix[i, j]}; expected a finite number."), nameof(matrix));
                if (matrix[i, j] != matrix[j, i])
                    throw new ArgumentException(FormattableString.Invariant($"Elements ({i}, {j}) and ({j}, {i}) of the matrix differ; expected a symmetric one."), nameof(matrix));
                largest = Math.Max(largest, Math.Abs(matrix[i, j]));
            }
        }

        // From 2^-1000 on the power of two and its inverse are normal numbers.
        return largest == 0 ? 0 : Math.Max(Math.ILogB(largest), -1000);
    }

    private static void CopyWithSign(ReadOnlySpan<double> vector, Span<double> destination)
    {
        var largest = 0;
        for (var i = 1; i < vector.Length; i++)
            if (Math.Abs(vector[i]) > Math.Abs(vector[largest])) largest = i;
        var sign = vector[largest] < 0 ? -1.0 : 1.0;
        for (var i = 0; i < vector.Length; i++) destination[i] = sign * vector[i];
    }
}
