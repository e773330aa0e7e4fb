// Random matrices, and the same numbers in either precision.

using System.Numerics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff.Tests;

internal static class TestData
{
    /// <summary>Half a unit in the last place of a float near 1: the largest relative error of one rounding.</summary>
    public const double UnitRoundoff = 1.0 / (1 << 24);

    public static Engine OneThread { get; } = new(1, "scalar");

    public static Matrix<T> Normal<T>(int rows, int columns, uint index, double scale = 1) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Rounded to float first, so that both precisions start from the same numbers.
        var numbers = new float[rows * columns];
        new RandomSequence(2024, 77, index).FillNormal<float>(numbers);
        var matrix = new Matrix<T>(rows, columns);
        for (var i = 0; i < numbers.Length; i++) matrix.Flat[i] = T.CreateChecked((float)(numbers[i] * scale));
        return matrix;
    }

    /// <summary>Numbers uniform in [0, 1], with exact zeros and ones among them, like pixels.</summary>
    public static Matrix<T> Pixels<T>(int rows, int columns, uint index) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new float[rows * columns];
        new RandomSequence(2024, 78, index).FillUniform(numbers);
        var matrix = new Matrix<T>(rows, columns);
        for (var i = 0; i < numbers.Length; i++) matrix.Flat[i] = T.CreateChecked(i % 3 == 0 ? 0f : i % 7 == 0 ? 1f : numbers[i]);
        return matrix;
    }

    public static Matrix<T> Zeros<T>(int rows, int columns) where T : unmanaged, IFloatingPointIeee754<T> => new(rows, columns);

    public static Matrix<T> Transpose<T>(Matrix<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = new Matrix<T>(x.Columns, x.Rows);
        Tensors.Transpose.Copy(OneThread, x, y);
        return y;
    }

    /// <summary>sum of a[i]·b[i]: the scalar whose gradient by a layer's output is b, for any b.</summary>
    public static double Dot(Matrix<double> a, Matrix<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j < a.Columns; j++)
                sum += a[i, j] * b[i, j];
        return sum;
    }

    public static void AssertGradient(Func<double> loss, Matrix<double> values, Matrix<double> analytic, string name)
    {
        const double allowed = 1e-6;
        var result = GradientCheck.Compare(loss, values, analytic);
        Assert.True(result.RelativeError < allowed, $"{name}: {result}");

        // The same check with the sign of the largest element flipped has to fail, or it checks nothing.
        var largest = 0;
        for (var i = 0; i < analytic.Rows * analytic.Columns; i++)
            if (Math.Abs(At(analytic, i)) > Math.Abs(At(analytic, largest))) largest = i;
        At(analytic, largest) *= -1;
        Assert.True(GradientCheck.Compare(loss, values, analytic).RelativeError > 1, $"{name}: a flipped sign went unseen");
        At(analytic, largest) *= -1;
    }

    public static void AssertWithin(Matrix<float> actual, Matrix<double> expected, Func<int, int, double> bound, string name)
    {
        for (var i = 0; i < expected.Rows; i++)
        {
            for (var j = 0; j < expected.Columns; j++)
            {
                var (error, allowed) = (Math.Abs(actual[i, j] - expected[i, j]), bound(i, j));
                Assert.True(error <= allowed, $"{name}[{i}, {j}]: {actual[i, j]} is {error} from {expected[i, j]}; rounding allows {allowed}");
            }
        }
    }

    private static ref double At(Matrix<double> matrix, int index) => ref matrix[index / matrix.Columns, index % matrix.Columns];
}
