// A matrix product that all libraries compute, and how far a result of it may be from the true one.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Peers;

/// <summary>C = A·B with given operands; B may be a transposed view.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="A">Left operand, <c>[m, k]</c>.</param>
/// <param name="B">Right operand, <c>[k, n]</c>.</param>
internal sealed record MatrixProduct(string Name, Matrix<float> A, Matrix<float> B)
{
    // A chain of k additions and products, in any order, is off by at most about k roundings of the sum of the terms' sizes.
    private const double UnitRoundoff = 1.0 / (1 << 24);

    // The reference takes a second for a few hundred million terms; of larger products it looks at some rows only.
    private const double MaxReferenceTerms = 2e8;

    public double Operations => 2.0 * A.Rows * A.Columns * B.Columns;

    /// <summary>A product of normally distributed numbers.</summary>
    public static MatrixProduct Random(string name, int m, int k, int n, bool transposedB = false) =>
        new(name, Random(m, k, 1), transposedB ? Random(n, k, 2).Transposed : Random(k, n, 2));

    /// <summary>The largest error of a result, in units of what rounding allows: 1 is the most that an honest one may have.</summary>
    public double WorstError(Matrix<float> c)
    {
        c.RequireShape(A.Rows, B.Columns);
        var everyRow = (int)(Operations / 2 / MaxReferenceTerms) | 1;
        var (sum, size) = (new double[B.Columns], new double[B.Columns]);
        var worst = 0.0;
        for (var i = 0; i < A.Rows; i += everyRow)
        {
            Array.Clear(sum);
            Array.Clear(size);
            for (var p = 0; p < A.Columns; p++)
            {
                double a = A[i, p];
                for (var j = 0; j < sum.Length; j++)
                {
                    var term = a * B[p, j];
                    sum[j] += term;
                    size[j] += Math.Abs(term);
                }
            }

            for (var j = 0; j < sum.Length; j++)
            {
                var error = Math.Abs(c[i, j] - sum[j]) / ((A.Columns + 1) * UnitRoundoff * size[j]);
                // NaN compares as neither more nor less, and must not pass.
                if (!(error <= worst)) worst = error;
            }
        }

        return worst;
    }

    private static Matrix<float> Random(int rows, int columns, uint purpose)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(1, purpose, 0).FillNormal(matrix.Flat);
        return matrix;
    }
}
