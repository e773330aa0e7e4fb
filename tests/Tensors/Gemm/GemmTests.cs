// The matrix product against its definition, around every tile edge of every kernel.

using System.Numerics.Tensors;

namespace VaeFromScratch.Tensors.Tests;

public class GemmTests
{
    // Sizes on both sides of every tile edge: 8x48, 6x16, 6x8 and 4x2, whole vectors of 4, 8 and 16, and nothing at all.
    private static readonly int[] Rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 17, 24];
    private static readonly int[] Columns = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 80, 97];
    private static readonly int[] Depths = [0, 1, 2, 7, 33];

    public static TheoryData<string> Kernels => [.. Engines.InstructionSetNames];

    public static TheoryData<string, int> KernelsAndThreads =>
        [.. Engines.InstructionSetNames.SelectMany(set => new[] { 1, 2, 3, 8 }.Select(threads => (set, threads)))];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_gives_the_bits_of_the_definition_around_every_tile_edge(string kernel)
    {
        Engines.With(kernel, 1, engine =>
        {
            foreach (var m in Rows)
                foreach (var n in Columns)
                    foreach (var k in Depths)
                        foreach (var start in Enum.GetValues<ChainStart>())
                            Check(engine, m, n, k, start, 0, 0, 0);
        });
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Operands_may_have_any_strides(string kernel)
    {
        Engines.With(kernel, 1, engine =>
        {
            for (var layout = 0; layout < 27; layout++)
                foreach (var (m, n, k) in new[] { (1, 1, 1), (9, 50, 5), (8, 48, 16), (13, 1, 7), (1, 33, 3) })
                    foreach (var start in Enum.GetValues<ChainStart>())
                        Check(engine, m, n, k, start, layout % 3, layout / 3 % 3, layout / 9);
        });
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_right_operand_may_lie_in_any_way_however_long_its_columns_are(string kernel)
    {
        foreach (var threads in new[] { 1, 3 })
        {
            Engines.With(kernel, threads, engine =>
            {
                // Few rows of C and many, on both sides of where a strip of B is worth a copy; 801 and more is k in three blocks.
                foreach (var (m, n, k) in new[] { (1, 33, 50), (50, 9, 7), (31, 97, 399), (64, 50, 400), (49, 55, 401), (61, 70, 801), (5, 49, 1300), (130, 17, 850) })
                    foreach (var start in Enum.GetValues<ChainStart>())
                        for (var layout = 0; layout < 3; layout++)
                            Check(engine, m, n, k, start, 0, layout, 0);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_of_the_right_operand_may_lie_a_power_of_two_apart(string kernel)
    {
        Engines.With(kernel, 3, engine =>
        {
            foreach (var stride in new[] { 256, 1024 })
            {
                foreach (var (m, n, k) in new[] { (3, 100, 9), (57, 97, 130), (70, 49, 250), (66, 30, 810) })
                {
                    var rows = TestMatrix.Random<float>(k, n, 2, TestMatrix.RowStride(stride));
                    Check(engine, TestMatrix.Random<float>(m, k, 1), rows, ChainStart.Zero, 0, $"row stride {stride}");
                    // The same as the transpose of a matrix of such rows.
                    if (k > stride) continue;
                    var columns = TestMatrix.Random<float>(n, k, 2, TestMatrix.RowStride(stride)).Transposed;
                    Check(engine, TestMatrix.Random<float>(m, k, 1), columns, ChainStart.Column, 0, $"column stride {stride}");
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(KernelsAndThreads))]
    public void Every_number_of_threads_gives_the_same_bits(string kernel, int threads)
    {
        Engines.With(kernel, threads, engine =>
        {
            // Large enough to be split; 1100 and 3000 reach past one block of k, and past one panel of columns.
            foreach (var (m, n, k) in new[] { (400, 128, 100), (784, 112, 40), (33, 400, 128), (20, 70, 1100), (8, 500, 1100), (9, 97, 3000) })
                foreach (var start in new[] { ChainStart.Column, ChainStart.Accumulate })
                    Check(engine, m, n, k, start, 0, 0, 0);
        });
    }

    [Theory]
    [MemberData(nameof(KernelsAndThreads))]
    public void Rows_are_handed_over_once_each_with_the_bits_of_the_definition(string kernel, int threads)
    {
        Engines.With(kernel, threads, engine =>
        {
            foreach (var (m, n, k) in new[] { (0, 3, 3), (5, 1, 2), (17, 97, 0), (50, 400, 128), (9, 97, 1100), (131, 784, 70), (70, 3000, 9) })
            {
                var (a, b, c) = (TestMatrix.Random<float>(m, k, 1, layout: 1), TestMatrix.Random<float>(k, n, 2), TestMatrix.Empty<float>(m, n));
                GemmReference.Multiply(a, b, c);
                var (rows, visits) = (TestMatrix.Empty<float>(m, n), new int[m]);
                Tensors.Gemm.MultiplyRows(engine, a, b, new RowCollector<float>(rows, visits));
                TestMatrix.AssertSameBits(c, rows, $"{kernel} [{m}, {n}, {k}]");
                Assert.All(visits, visit => Assert.Equal(1, visit));
            }
        });
    }

    [Fact]
    public void The_definition_is_as_exact_as_its_sum_allows()
    {
        // |fl(sum) - sum| <= k·u·sum|a||b| to first order, u = 2^-24, for a chain of k fused multiply-adds (Higham 2002, section 3.1).
        const int m = 13, n = 29, k = 784;
        var (a, b, c) = (TestMatrix.Random<float>(m, k, 1), TestMatrix.Random<float>(k, n, 2), TestMatrix.Empty<float>(m, n));
        GemmReference.Multiply(a, b, c);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double sum = 0, magnitude = 0;
                for (var p = 0; p < k; p++)
                {
                    sum += (double)a[i, p] * b[p, j];
                    magnitude += Math.Abs((double)a[i, p] * b[p, j]);
                }

                Assert.InRange(c[i, j] - sum, -k * Math.ScaleB(magnitude, -24), k * Math.ScaleB(magnitude, -24));
                Assert.NotEqual(sum, c[i, j]);
            }
        }
    }

    [Fact]
    public void Double_precision_is_the_definition_itself()
    {
        var (a, b) = (TestMatrix.Random<double>(5, 7, 1), TestMatrix.Random<double>(7, 3, 2));
        var (c, d) = (TestMatrix.Empty<double>(5, 3), TestMatrix.Empty<double>(5, 3));
        GemmReference.Multiply(a, b, c);
        Engines.With("scalar", 1, engine => Tensors.Gemm.Multiply(engine, a, b, d));
        TestMatrix.AssertSameBits(c, d, "double");
        var e = TestMatrix.Empty<double>(5, 3);
        Engines.With("scalar", 1, engine => Tensors.Gemm.MultiplyRows(engine, a, b, new RowCollector<double>(e, new int[5])));
        TestMatrix.AssertSameBits(c, e, "double, by rows");
        Assert.Equal(a[4, 0] * b[0, 2] + a[4, 1] * b[1, 2] + a[4, 2] * b[2, 2] + a[4, 3] * b[3, 2] + a[4, 4] * b[4, 2] + a[4, 5] * b[5, 2] + a[4, 6] * b[6, 2],
            d[4, 2], 1e-14);
    }

    [Fact]
    public void Tensor_spans_and_plain_spans_give_the_same_bits()
    {
        const int m = 11, n = 37, k = 23;
        var (a, b, c) = (TestMatrix.Random<float>(m, k, 1), TestMatrix.Random<float>(k, n, 2, layout: 1), TestMatrix.Empty<float>(m, n));
        GemmReference.Multiply(a, b, c);
        Engines.With(Engines.InstructionSetNames.First(), 2, engine =>
        {
            var byTensor = TestMatrix.Random<float>(m, n, 3, layout: 2);
            Tensors.Gemm.Multiply(engine, a.AsTensorSpan(), b.AsTensorSpan(), byTensor.AsTensorSpan());
            TestMatrix.AssertSameBits(c, byTensor, "tensor span");

            var plain = new float[m * n];
            Tensors.Gemm.Multiply(engine, m, n, k, Packed(a), Packed(b), plain);
            Tensors.Gemm.Multiply(engine, m, n, 0, [], [], plain, accumulate: true);
            Assert.Equal(Packed(c), plain);
        });
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused_in_one_sentence()
    {
        Engines.With("scalar", 1, engine =>
        {
            var (a, b, c) = (new Matrix<float>(2, 3), new Matrix<float>(4, 5), new Matrix<float>(2, 5));
            Assert.Equal("The shapes do not fit: A [2, 3] times B [4, 5] can't give C [2, 5].",
                Assert.Throws<ArgumentException>(() => Tensors.Gemm.Multiply(engine, a, b, c)).Message);
            Assert.Throws<ArgumentException>(() => Tensors.Gemm.Multiply(engine, a.Transposed, new Matrix<float>(2, 5), new Matrix<float>(3, 5), ChainStart.Column, [1f]));
            Assert.Throws<ArgumentException>(() => Tensors.Gemm.Multiply(engine, 2, 2, 2, new float[4], new float[3], new float[4]));
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensors.Gemm.Multiply(engine, -1, 2, 2, new float[4], new float[4], new float[4]));
            Assert.Throws<ArgumentException>(() => Tensors.Gemm.Multiply(engine, new ReadOnlyTensorSpan<float>(new float[8], [2, 2, 2]), b.AsTensorSpan(), c.AsTensorSpan()));
        });
    }

    internal static void Check(Engine engine, int m, int n, int k, ChainStart start, int layoutA, int layoutB, int layoutC) =>
        Check(engine, TestMatrix.Random<float>(m, k, 1, layoutA), TestMatrix.Random<float>(k, n, 2, layoutB), start, layoutC, $"layouts {layoutA}{layoutB}{layoutC}");

    private static void Check(Engine engine, Matrix<float> a, Matrix<float> b, ChainStart start, int layoutC, string what)
    {
        var (m, n, k) = (a.Rows, b.Columns, a.Columns);
        // Where C must not be read, it holds NaN.
        var reads = start == ChainStart.Accumulate;
        var expected = reads ? TestMatrix.Random<float>(m, n, 3) : TestMatrix.Empty<float>(m, n);
        var actual = reads ? TestMatrix.Random<float>(m, n, 3, layoutC) : TestMatrix.Empty<float>(m, n, layoutC);
        var columnStart = start == ChainStart.Column ? TestMatrix.Random<float>(1, n, 4).Row(0) : [];
        GemmReference.Multiply(a, b, expected, start, columnStart);
        Tensors.Gemm.Multiply(engine, a, b, actual, start, columnStart);
        TestMatrix.AssertSameBits(expected, actual, $"{engine.InstructionSet} on {engine.Team.Threads} [{m}, {n}, {k}] {start} {what}");
        // Every neighbour was NaN and every element of a finite product is a number.
        Assert.Equal((long)m * n, actual.CountNumbersInMemory());
    }

    private static float[] Packed(Matrix<float> matrix)
    {
        var packed = new Matrix<float>(matrix.Rows, matrix.Columns);
        for (var i = 0; i < matrix.Rows; i++)
            for (var j = 0; j < matrix.Columns; j++)
                packed[i, j] = matrix[i, j];
        return packed.Flat.ToArray();
    }
}
