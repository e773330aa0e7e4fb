// The optimiser against its published algorithm.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class AdamTests
{
    // Longer than a chunk, and not a multiple of a vector.
    private const int Count = 2500;

    [Fact]
    public void Steps_are_those_of_the_algorithm()
    {
        var (p, adam) = (Normal<double>(1, Count, 1), new Adam<double>(Count, 0.01));
        var (expected, m, v) = (p.Flat.ToArray(), new double[Count], new double[Count]);
        for (var t = 1; t <= 20; t++)
        {
            var g = Normal<double>(1, Count, (uint)(1 + t));
            adam.Update(OneThread, p, g);
            // Kingma and Ba 2015, algorithm 1, line by line.
            for (var i = 0; i < Count; i++)
            {
                m[i] = 0.9 * m[i] + (1 - 0.9) * g[0, i];
                v[i] = 0.999 * v[i] + (1 - 0.999) * g[0, i] * g[0, i];
                var mHat = m[i] / (1 - Math.Pow(0.9, t));
                var vHat = v[i] / (1 - Math.Pow(0.999, t));
                expected[i] -= 0.01 * mHat / (Math.Sqrt(vHat) + 1e-8);
            }

            for (var i = 0; i < Count; i++) Assert.Equal(expected[i], p[0, i], 1e-12);
        }
    }

    // The weights of a unit that is switched off for good: with subnormal numbers a step would take twice as long, or twenty times.
    [Fact]
    public void A_mean_without_a_gradient_becomes_zero_and_never_subnormal()
    {
        var (p, adam, g) = (Normal<float>(1, Count, 1), new Adam<float>(Count, 0.001), Normal<float>(1, Count, 2));
        adam.Update(OneThread, p, g);
        g.Flat.Clear();
        for (var step = 0; step < 900; step++)
        {
            adam.Update(OneThread, p, g);
            Assert.DoesNotContain(adam.Mean.Flat.ToArray(), float.IsSubnormal);
        }

        Assert.Equal(-1, adam.Mean.Flat.IndexOfAnyExcept(0f));
        Assert.DoesNotContain(0f, adam.Variance.Flat.ToArray());
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_stays_to_be_seen()
    {
        var (p, adam, g) = (Normal<float>(1, Count, 1), new Adam<float>(Count, 0.001), Normal<float>(1, Count, 2));
        g[0, 7] = float.NaN;
        adam.Update(OneThread, p, g);
        Assert.True(float.IsNaN(adam.Mean[0, 7]) && float.IsNaN(p[0, 7]));
    }

    [Fact]
    public void Single_precision_follows_double_precision()
    {
        var (p, adam, p2, adam2) = (Normal<float>(1, Count, 1), new Adam<float>(Count, 0.01), Normal<double>(1, Count, 1), new Adam<double>(Count, 0.01));
        const int steps = 20;
        for (var t = 1u; t <= steps; t++)
        {
            adam.Update(OneThread, p, Normal<float>(1, Count, 1 + t));
            adam2.Update(OneThread, p2, Normal<double>(1, Count, 1 + t));
        }

        // A step moves by about 0.01 with some ten roundings in m, v, their root and quotient, and rounds the sum once.
        AssertWithin(p, p2, (_, i) => steps * UnitRoundoff * (20 * 0.01 + Math.Abs(p2[0, i]) + 0.2), "p");
    }

    [Fact]
    public void The_first_step_moves_every_parameter_by_the_learning_rate_against_its_gradient()
    {
        var (p, adam) = (Zeros<float>(1, 3), new Adam<float>(3, 0.001));
        var g = Zeros<float>(1, 3);
        (g[0, 0], g[0, 1]) = (1e-3f, -5f);
        adam.Update(OneThread, p, g);
        Assert.Equal(-0.001f, p[0, 0], 1e-7f);
        Assert.Equal(0.001f, p[0, 1], 1e-7f);
        Assert.Equal(0f, p[0, 2]);
    }

    [Fact]
    public void A_restored_optimiser_goes_on_to_the_same_bits()
    {
        var (p, adam) = (Normal<float>(1, Count, 1), new Adam<float>(Count, 0.01));
        for (var t = 1u; t <= 7; t++) adam.Update(OneThread, p, Normal<float>(1, Count, 1 + t));

        // One that has made other steps before: nothing of them may be left.
        var (q, restored) = (Zeros<float>(1, Count), new Adam<float>(Count, 0.01));
        restored.Update(OneThread, q, Normal<float>(1, Count, 99));
        p.Flat.CopyTo(q.Flat);
        adam.Mean.Flat.CopyTo(restored.Mean.Flat);
        adam.Variance.Flat.CopyTo(restored.Variance.Flat);
        restored.Restore(7);
        for (var t = 8u; t <= 10; t++)
        {
            adam.Update(OneThread, p, Normal<float>(1, Count, 1 + t));
            restored.Update(OneThread, q, Normal<float>(1, Count, 1 + t));
        }

        Assert.Equal(p.Flat.ToArray(), q.Flat.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Impossible_learning_rates_are_refused(double rate) =>
        Assert.Contains("a finite number above 0", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam<float>(1, rate)).Message, StringComparison.Ordinal);

    // A number of parameters just below whole chunks, which several threads share.
    [Fact]
    public void Threads_share_the_chunks_to_the_same_bits()
    {
        const int count = 8 * 1024 - 1;
        using var threads = new Engine(3, "scalar");
        var (p, adam, q, shared) = (Normal<float>(1, count, 1), new Adam<float>(count, 0.01), Normal<float>(1, count, 1), new Adam<float>(count, 0.01));
        for (var t = 1u; t <= 3; t++)
        {
            adam.Update(OneThread, p, Normal<float>(1, count, 1 + t));
            shared.Update(threads, q, Normal<float>(1, count, 1 + t));
        }

        Assert.Equal(p.Flat.ToArray(), q.Flat.ToArray());
        Assert.Equal(adam.Variance.Flat.ToArray(), shared.Variance.Flat.ToArray());
    }

    [Theory]
    [InlineData(LeftOperand.Dense)]
    [InlineData(LeftOperand.Sparse)]
    public void A_gradient_that_is_a_product_is_used_as_if_it_were_stored_first(LeftOperand left)
    {
        const int rows = 70, columns = 130, n = 20, before = 7;
        var (p, adam) = (Normal<float>(rows, columns, 1), new Adam<float>(before + rows * columns, 0.01));
        var (q, fused) = (Normal<float>(rows, columns, 1), new Adam<float>(before + rows * columns, 0.01));
        for (var t = 1u; t <= 3; t++)
        {
            var (a, b, g) = (Normal<float>(rows, n, 10 + t), Normal<float>(n, columns, 20 + t), Zeros<float>(rows, columns));
            for (var i = 0; i < rows * n; i += 2) a.Flat[i] = 0;
            Gemm.Multiply(OneThread, a, b, g);
            adam.BeginStep();
            adam.UpdatePart(OneThread, p, before, g);
            fused.BeginStep();
            fused.UpdatePartWithProduct(OneThread, q, before, a, b, left);
        }

        Assert.Equal(p.Flat.ToArray(), q.Flat.ToArray());
        Assert.Equal(adam.Mean.Flat.ToArray(), fused.Mean.Flat.ToArray());
        Assert.Equal(adam.Variance.Flat.ToArray(), fused.Variance.Flat.ToArray());
        Assert.All(fused.Mean.Flat[..before].ToArray(), mean => Assert.Equal(0, mean));
    }

    [Fact]
    public void A_step_that_is_refused_is_not_counted()
    {
        var (p, few, adam) = (Normal<float>(1, 5, 1), Normal<float>(1, 4, 1), new Adam<float>(5, 0.01));
        Assert.Throws<ArgumentNullException>(() => adam.Update(null!, p, p));
        Assert.Contains("expected [1, 5]", Assert.Throws<ArgumentException>(() => adam.Update(OneThread, few, few)).Message, StringComparison.Ordinal);
        Assert.Equal(0, adam.Step);
    }

    [Fact]
    public void Parameters_that_are_columns_of_a_larger_matrix_are_refused()
    {
        var (part, adam) = (Normal<float>(4, 6, 1).Block(0, 4, 0, 3), new Adam<float>(12, 0.01));
        Assert.Contains("columns of a larger matrix", Assert.Throws<ArgumentException>(
            () => adam.UpdatePartWithProduct(OneThread, part, 0, Normal<float>(4, 2, 1), Normal<float>(2, 3, 1))).Message, StringComparison.Ordinal);
    }
}
