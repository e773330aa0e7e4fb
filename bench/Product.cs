// The matrix products that are measured: the five large ones of a training step of the seed model, and three squares.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>One product C = A·B with its operands.</summary>
/// <param name="A">Left operand, <c>[m, k]</c>.</param>
/// <param name="B">Right operand, <c>[k, n]</c>.</param>
/// <param name="C">Result, <c>[m, n]</c>.</param>
internal sealed record Product(Matrix<float> A, Matrix<float> B, Matrix<float> C)
{
    private const int Features = 784, Hidden = 400, Batch = 128;

    /// <summary>The products of the step of 784-400-16-400-784 on a batch of 128, 80 million operations each.</summary>
    public static ImmutableArray<string> OfTheStep { get; } =
        ["first layer", "output layer", "input gradient", "first weight gradient", "output weight gradient"];

    /// <summary>Products of square matrices.</summary>
    public static ImmutableArray<string> Squares { get; } = ["square 512", "square 1024", "square 2048"];

    /// <summary>Floating-point operations, a multiply-add counting as two.</summary>
    public double Flops => 2.0 * C.Rows * C.Columns * A.Columns;

    /// <summary>The sizes, <c>m x n x k</c>.</summary>
    public string Shape => FormattableString.Invariant($"{C.Rows} x {C.Columns} x {A.Columns}");

    /// <summary>Makes a product by its name, with normal random numbers, none of them zero; B is transposed where the step has it so.</summary>
    /// <exception cref="ArgumentException">There is no product of this name.</exception>
    public static Product Named(string name) => name switch
    {
        "first layer" => Of(Random(Batch, Features), Random(Features, Hidden)),
        "output layer" => Of(Random(Batch, Hidden), Random(Hidden, Features)),
        "input gradient" => Of(Random(Batch, Features), Random(Hidden, Features).Transposed),
        "first weight gradient" => Of(Random(Features, Batch), Random(Batch, Hidden)),
        "output weight gradient" => Of(Random(Hidden, Batch), Random(Batch, Features)),
        "square 512" => Of(Random(512, 512), Random(512, 512)),
        "square 1024" => Of(Random(1024, 1024), Random(1024, 1024)),
        "square 2048" => Of(Random(2048, 2048), Random(2048, 2048)),
        _ => throw new ArgumentException($"There is no product called '{name}'.", nameof(name)),
    };

    /// <summary>The product as work for an engine.</summary>
    public Work On(Engine engine, string name) => new(name, Flops, () => Gemm.Multiply(engine, A, B, C));

    private static Product Of(Matrix<float> a, Matrix<float> b) => new(a, b, new Matrix<float>(a.Rows, b.Columns));

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(1, 1, 0).FillNormal(matrix.Flat);
        return matrix;
    }
}
