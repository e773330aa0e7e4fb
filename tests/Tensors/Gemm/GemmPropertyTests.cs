// The matrix product against its definition, on shapes, layouts, kernels and threads drawn at random.

using CsCheck;

namespace VaeFromScratch.Tensors.Tests;

public class GemmPropertyTests
{
    private static readonly string[] Kernels = [.. Engines.InstructionSetNames];

    // Mostly few, where tiles have edges; sometimes so many that the work is split among threads and k into blocks.
    private static Gen<int> Size(int few, int many) => Gen.Frequency<int>((4, Gen.Int[0, few]), (1, Gen.Int[few, many]));

    [Fact]
    public void Any_product_has_the_bits_of_the_definition()
    {
        var shapes = Gen.Select(Size(26, 140), Size(100, 420), Size(40, 1300));
        // Rows side by side, columns side by side, neither.
        var layouts = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2]);
        Gen.Select(shapes, layouts, Gen.Enum<ChainStart>(), Gen.OneOf(Kernels), Gen.Int[1, 4]).Sample((shape, layout, start, kernel, threads) =>
        {
            var ((m, n, k), (a, b, c)) = (shape, layout);
            Engines.With(kernel, threads, engine => GemmTests.Check(engine, m, n, k, start, a, b, c));
        }, iter: 400, threads: 1);
    }

    [Fact]
    public void A_product_of_transposes_is_the_transposed_product()
    {
        Gen.Select(Size(26, 90), Size(26, 90), Size(40, 500), Gen.OneOf(Kernels)).Sample((m, n, k, kernel) =>
        {
            var (a, b) = (TestMatrix.Random<float>(m, k, 1), TestMatrix.Random<float>(k, n, 2));
            var (product, transposed) = (TestMatrix.Empty<float>(m, n), TestMatrix.Empty<float>(n, m));
            Engines.With(kernel, 2, engine =>
            {
                Tensors.Gemm.Multiply(engine, a, b, product);
                Tensors.Gemm.Multiply(engine, b.Transposed, a.Transposed, transposed);
            });
            TestMatrix.AssertSameBits(product, transposed.Transposed, $"{kernel} [{m}, {n}, {k}]");
        }, iter: 100, threads: 1);
    }
}
