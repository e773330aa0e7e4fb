// Eigenvalues and eigenvectors: by their definition, by matrices whose values are known, and to the bit.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class SymmetricEigenTests
{
    private const double Ulp = 2.220446049250313e-16;
    private static readonly Engine OneThread = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(67)]
    [InlineData(131)]
    public void Vectors_are_orthonormal_and_only_stretched(int n)
    {
        var matrix = Random(n);
        Check(matrix, SymmetricEigen.Of(OneThread, matrix));
    }

    [Fact]
    public void Two_by_two()
    {
        var eigen = SymmetricEigen.Of(OneThread, Matrix(new double[,] { { 2, 1 }, { 1, 2 } }));
        var half = Math.Sqrt(0.5);
        Assert.Equal([3, 1], eigen.Values, Close);
        Assert.Equal([half, half], eigen.Vectors.Row(0).ToArray(), Close);
        Assert.Equal([half, -half], eigen.Vectors.Row(1).ToArray(), Close);
    }

    [Fact]
    public void Second_differences_have_the_known_values()
    {
        const int n = 30;
        var matrix = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++) matrix[i, i] = 2;
        for (var i = 1; i < n; i++) matrix[i, i - 1] = matrix[i - 1, i] = -1;
        var eigen = SymmetricEigen.Of(OneThread, matrix);
        for (var k = 0; k < n; k++) Assert.Equal(2 + 2 * Math.Cos((k + 1) * Math.PI / (n + 1)), eigen.Values[k], 1e-14);
    }

    [Fact]
    public void Repeated_values_have_orthogonal_vectors_too()
    {
        // I + 4·v·v' for v = (1, ..., 1)/3: 5 once and 1 eight times.
        var matrix = new Matrix<double>(9, 9);
        for (var i = 0; i < 9; i++)
            for (var j = 0; j < 9; j++)
                matrix[i, j] = (i == j ? 1 : 0) + 4 / 9.0;
        var eigen = SymmetricEigen.Of(OneThread, matrix);
        Assert.Equal([5, 1, 1, 1, 1, 1, 1, 1, 1], eigen.Values, Close);
        Check(matrix, eigen);
    }

    [Fact]
    public void Diagonal_and_zero_matrices_need_no_step()
    {
        var zero = SymmetricEigen.Of(OneThread, new Matrix<double>(3, 3));
        Assert.Equal([0, 0, 0], zero.Values);
        var diagonal = SymmetricEigen.Of(OneThread, Matrix(new double[,] { { 2, 0, 0 }, { 0, -7, 0 }, { 0, 0, 5 } }));
        Assert.Equal([5, 2, -7], diagonal.Values);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 0], diagonal.Vectors.Flat.ToArray());
    }

    [Fact]
    public void A_matrix_of_low_rank_has_zeros_for_the_rest()
    {
        var (factor, matrix) = (Random(40), new Matrix<double>(40, 40));
        for (var i = 0; i < 40; i++)
            for (var j = 0; j < 40; j++)
                for (var k = 0; k < 3; k++)
                    matrix[i, j] += factor[i, k] * factor[j, k];
        var eigen = SymmetricEigen.Of(OneThread, matrix);
        Check(matrix, eigen);
        Assert.All(eigen.Values[3..], value => Assert.Equal(0, value, 40 * Ulp * eigen.Values[0]));
    }

    [Fact]
    public void Rounding_errors_of_rounding_errors_do_not_spoil_a_matrix_of_rank_one()
    {
        // Each reflection leaves the errors of the one before: their squares are soon too small for a number, and their inverses too large.
        for (var example = 0u; example < 300; example++)
        {
            var n = 20 + (int)(example % 13);
            var (vector, matrix) = (new Matrix<double>(1, n), new Matrix<double>(n, n));
            new RandomSequence(6, 1, example).FillNormal(vector.Flat);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    matrix[i, j] = Math.Round(4 * vector[0, i]) * Math.Round(4 * vector[0, j]) / 16;
            Check(matrix, SymmetricEigen.Of(OneThread, matrix));
        }
    }

    // The reflection of a column that hardly needs one: with the other sign of alpha its first element would be the difference of equal numbers.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Columns_that_are_nearly_reduced_cancel_nothing(int sign)
    {
        const int n = 6;
        var matrix = Random(n);
        for (var i = 2; i < n; i++) matrix[0, i] = matrix[i, 0] = 3e-9 * i;
        matrix[0, 1] = matrix[1, 0] = sign;
        Check(matrix, SymmetricEigen.Of(OneThread, matrix));
    }

    [Fact]
    public void The_largest_element_of_a_vector_is_positive()
    {
        var eigen = SymmetricEigen.Of(OneThread, Random(20));
        for (var j = 0; j < 20; j++)
        {
            var vector = eigen.Vectors.Row(j).ToArray();
            Assert.Equal(vector.Max(Math.Abs), vector.Max());
        }
    }

    [Fact]
    public void A_power_of_two_changes_no_bit_but_the_exponent()
    {
        var matrix = Random(12);
        var expected = SymmetricEigen.Of(OneThread, matrix);
        foreach (var power in new[] { -600, 600 })
        {
            var scaled = new Matrix<double>(12, 12);
            for (var i = 0; i < 144; i++) scaled.Flat[i] = Math.ScaleB(matrix.Flat[i], power);
            var actual = SymmetricEigen.Of(OneThread, scaled);
            Assert.Equal(expected.Values.Select(value => Math.ScaleB(value, power)), actual.Values);
            Assert.Equal(expected.Vectors.Flat.ToArray(), actual.Vectors.Flat.ToArray());
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var matrix = Random(150);
        var expected = SymmetricEigen.Of(OneThread, matrix);
        using var engine = new Engine(3);
        var actual = SymmetricEigen.Of(engine, matrix);
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Vectors.Flat.ToArray(), actual.Vectors.Flat.ToArray());
    }

    [Fact]
    public void Other_matrices_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SymmetricEigen.Of(OneThread, new Matrix<double>(2, 3)));
        Assert.Throws<ArgumentException>(() => SymmetricEigen.Of(OneThread, new Matrix<double>(0, 0)));
        Assert.Throws<ArgumentException>(() => SymmetricEigen.Of(OneThread, Matrix(new double[,] { { 1, 2 }, { 2.1, 1 } })));
        Assert.Throws<ArgumentException>(() => SymmetricEigen.Of(OneThread, Matrix(new double[,] { { 1, 0 }, { 0, double.NaN } })));
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-14;

    internal static void Check(Matrix<double> matrix, SymmetricEigen eigen)
    {
        var n = matrix.Rows;
        var size = Math.Max(Math.Abs(eigen.Values[0]), Math.Abs(eigen.Values[^1]));
        for (var v = 0; v < n; v++)
        {
            if (v > 0) Assert.True(eigen.Values[v] <= eigen.Values[v - 1]);
            for (var i = 0; i < n; i++)
            {
                var (product, scalarProduct) = (0.0, 0.0);
                for (var k = 0; k < n; k++)
                {
                    product += matrix[i, k] * eigen.Vectors[v, k];
                    scalarProduct += eigen.Vectors[i, k] * eigen.Vectors[v, k];
                }

                Assert.Equal(eigen.Values[v] * eigen.Vectors[v, i], product, 10 * n * Ulp * size);
                Assert.Equal(i == v ? 1 : 0, scalarProduct, 10 * n * Ulp);
            }
        }
    }

    private static Matrix<double> Random(int n)
    {
        var matrix = new Matrix<double>(n, n);
        new RandomSequence(5, 1, (uint)n).FillNormal(matrix.Flat);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                matrix[i, j] = matrix[j, i];
        return matrix;
    }

    private static Matrix<double> Matrix(double[,] values)
    {
        var matrix = new Matrix<double>(values.GetLength(0), values.GetLength(1));
        for (var i = 0; i < matrix.Rows; i++)
            for (var j = 0; j < matrix.Columns; j++)
                matrix[i, j] = values[i, j];
        return matrix;
    }
}
