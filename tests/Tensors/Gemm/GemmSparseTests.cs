// The matrix product that leaves out the zeros of its left operand, against the definition, which does not.

using System.Numerics;

namespace VaeFromScratch.Tensors.Tests;

public class GemmSparseTests
{
    // Whole wide strips, whole narrow ones, both, with something left over, and one column less than the narrowest.
    private static readonly int[] Columns = [95, 96, 97, 112, 192, 300, 400, 784];

    // No multiple of a vector, of a word of the mask or of a group; more rows than a group may have; more steps than a dense block of k.
    private static readonly (int Rows, int Steps)[] RowsAndSteps = [(1, 1), (13, 70), (67, 131), (3, 64), (5, 430), (135, 3)];

    private static readonly double[] Densities = [0, 0.1, 0.5, 0.8, 1];

    public static TheoryData<string> Kernels => [.. Engines.InstructionSetNames];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Leaving_out_zeros_gives_the_bits_of_the_definition(string kernel)
    {
        foreach (var n in Columns)
            foreach (var (m, k) in RowsAndSteps)
                foreach (var density in Densities)
                    Check(kernel, Sparse(m, k, density, layout: 0), TestMatrix.Random<float>(k, n, 2), $"density {density}");
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sums_of_no_terms_are_zero(string kernel) => Check(kernel, Sparse(3, 0, 0, layout: 0), TestMatrix.Random<float>(0, 192, 2), "no steps");

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_may_be_far_apart_or_without_a_gap_and_whole_rows_zero(string kernel)
    {
        foreach (var layout in new[] { TestMatrix.RowStride(131), TestMatrix.RowStride(512), 1, 2 })
        {
            var a = Sparse(70, 131, 0.4, layout);
            foreach (var i in new[] { 0, 1, 33, 63, 64, 69 })
                for (var p = 0; p < a.Columns; p++) a[i, p] = p % 2 == 0 ? 0 : -0f;
            foreach (var layoutB in new[] { 0, 1, 2, TestMatrix.RowStride(512) }) Check(kernel, a, TestMatrix.Random<float>(131, 301, 2, layoutB), $"layouts {layout}, {layoutB}");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void NaN_is_not_a_zero(string kernel)
    {
        foreach (var n in new[] { 96, 113, 400 })
        {
            // In the vectors of a word, and among the last few numbers of a row.
            foreach (var (row, step) in new[] { (2, 0), (9, 63), (66, 129) })
            {
                var a = Sparse(67, 130, 0.1, layout: 0);
                a[row, step] = float.NaN;
                Check(kernel, a, TestMatrix.Random<float>(130, n, 2), $"NaN at {row}, {step}", nanRow: row);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_are_handed_over_once_each_with_the_bits_of_the_definition(string kernel)
    {
        foreach (var (m, n, k) in new[] { (1, 96, 1), (50, 400, 129), (131, 784, 70), (33, 97, 65), (70, 3000, 9), (40, 95, 30) })
        {
            foreach (var density in Densities)
            {
                var (a, b, c) = (Sparse(m, k, density, layout: 0), TestMatrix.Random<float>(k, n, 2), TestMatrix.Empty<float>(m, n));
                GemmReference.Multiply(a, b, c);
                foreach (var threads in new[] { 1, 3 })
                {
                    Engines.With(kernel, threads, engine =>
                    {
                        var (rows, visits) = (TestMatrix.Empty<float>(m, n), new int[m]);
                        Tensors.Gemm.MultiplyRows(engine, a, b, new RowCollector<float>(rows, visits), LeftOperand.Sparse);
                        TestMatrix.AssertSameBits(c, rows, $"{kernel} [{m}, {n}, {k}] density {density}");
                        Assert.All(visits, visit => Assert.Equal(1, visit));
                    });
                }
            }
        }
    }

    [Fact]
    public void Double_precision_is_the_definition_itself()
    {
        var (a, b) = (TestMatrix.Random<double>(5, 7, 1), TestMatrix.Random<double>(7, 90, 2));
        var (c, d) = (TestMatrix.Empty<double>(5, 90), TestMatrix.Empty<double>(5, 90));
        a[1, 2] = a[3, 3] = 0;
        GemmReference.Multiply(a, b, c);
        Engines.With("scalar", 1, engine => Tensors.Gemm.Multiply(engine, a, b, d, left: LeftOperand.Sparse));
        TestMatrix.AssertSameBits(c, d, "double");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    public unsafe void The_mask_has_a_bit_for_every_number_but_zeros(int columns)
    {
        const int rows = 5;
        float[] special = [0f, -0f, float.NaN, float.Epsilon, -float.Epsilon, float.NegativeInfinity];
        var a = Sparse(rows, columns, 0.5, layout: 0);
        for (var p = 0; p < columns; p++) (a[1, p], a[2, p], a[3, p]) = (special[p % special.Length], -0f, float.NaN);
        if (columns == 1) a[4, 0] = 0;

        var operand = new GemmOperand(a.Pointer, rows, columns, a.RowStride, 1);
        // Filled with ones: bits beyond the columns have to be cleared, and the word after the last is nobody's.
        var memory = Enumerable.Repeat(ulong.MaxValue, NonZeroMask.Length(operand) + 1).ToArray();
        using var engine = new Engine(2);
        fixed (ulong* first = memory)
        {
            var mask = NonZeroMask.Of(engine, operand, first);
            Assert.Equal((int)Math.Ceiling(columns / 64.0), mask.Words);
            Assert.Equal(rows * mask.RowStride, NonZeroMask.Length(operand));
            for (var i = 0; i < rows; i++)
            {
                var expected = 0L;
                for (var p = 0; p < 64 * mask.Words; p++)
                {
                    var isSet = p < columns && !(a[i, p] == 0);
                    Assert.True(isSet == ((mask.Row(i)[p / 64] >> (p % 64) & 1) == 1), $"row {i}, column {p}");
                    if (isSet) expected++;
                }

                Assert.Equal(expected, mask.Count(i, i + 1));
            }

            Assert.InRange(mask.Count(0, rows), columns, (rows - 1) * columns);
        }

        Assert.Equal(ulong.MaxValue, memory[^1]);
    }

    [Fact]
    public void Strips_cover_every_column_once_and_leave_as_few_as_possible_to_the_dense_kernel()
    {
        for (var columns = 1; columns <= 2000; columns++)
        {
            var strips = SparseKernel.Strips(columns);
            var (column, left) = (0, 0);
            for (var s = 0; s < strips.Count; s++)
            {
                Assert.Equal(column, strips.Column(s));
                var width = strips.Column(s + 1) - column;
                Assert.InRange(width, 1, SparseKernel.Wide);
                if (width is not (SparseKernel.Wide or SparseKernel.Narrow)) left += width;
                column += width;
            }

            Assert.Equal(columns, column);
            var least = columns;
            for (var wide = 0; wide * SparseKernel.Wide <= columns; wide++)
                for (var narrow = 0; wide * SparseKernel.Wide + narrow * SparseKernel.Narrow <= columns; narrow++)
                    least = Math.Min(least, columns - wide * SparseKernel.Wide - narrow * SparseKernel.Narrow);
            Assert.Equal(least, left);
        }
    }

    [Fact]
    public void The_layers_of_the_reference_model_are_cut_without_a_rest() =>
        Assert.Multiple(
            () => Assert.Equal([112, 96, 96, 96], Widths(SparseKernel.Strips(400))),
            () => Assert.Equal([112, 112, 112, 112, 112, 112, 112], Widths(SparseKernel.Strips(784))));

    private static IEnumerable<int> Widths(GemmStrips strips) => Enumerable.Range(0, strips.Count).Select(s => strips.Column(s + 1) - strips.Column(s));

    // Random numbers of which so many are not zero, at random places; every third zero is a negative one.
    private static Matrix<float> Sparse(int rows, int columns, double density, int layout)
    {
        var a = TestMatrix.Random<float>(rows, columns, 1, layout);
        var chance = new float[rows * columns];
        new RandomSequence(12345, 98, 1).FillUniform(chance);
        for (var i = 0; i < chance.Length; i++)
            if (chance[i] >= density) a[i / columns, i % columns] = i % 3 == 0 ? -0f : 0f;
        return a;
    }

    private static void Check(string kernel, Matrix<float> a, Matrix<float> b, string what, int nanRow = -1)
    {
        var (m, n, k) = (a.Rows, b.Columns, a.Columns);
        foreach (var start in Enum.GetValues<ChainStart>())
        {
            // Where C must not be read, it holds NaN.
            Matrix<float> C() => start == ChainStart.Accumulate ? TestMatrix.Random<float>(m, n, 3) : TestMatrix.Empty<float>(m, n);
            var columnStart = start == ChainStart.Column ? TestMatrix.Random<float>(1, n, 4).Row(0).ToArray() : [];
            var expected = C();
            GemmReference.Multiply(a, b, expected, start, columnStart);
            if (nanRow >= 0) Assert.Equal(-1, expected.Row(nanRow).IndexOfAnyExcept(float.NaN));
            foreach (var threads in new[] { 1, 3 })
            {
                Engines.With(kernel, threads, engine =>
                {
                    var actual = C();
                    Tensors.Gemm.Multiply(engine, a, b, actual, start, columnStart, LeftOperand.Sparse);
                    TestMatrix.AssertSameBits(expected, actual, $"{kernel} on {threads} [{m}, {n}, {k}] {start} {what}");
                    // Every neighbour was NaN and every element of a finite product is a number.
                    Assert.Equal((long)(nanRow < 0 ? m : m - 1) * n, actual.CountNumbersInMemory());
                });
            }
        }
    }
}
