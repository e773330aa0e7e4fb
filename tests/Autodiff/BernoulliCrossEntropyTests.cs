// The reconstruction loss: gradient, values, and what happens far from zero.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class BernoulliCrossEntropyTests
{
    // More than two blocks of 16 rows, the last one shorter.
    private const int Features = 37, Batch = 9;

    [Fact]
    public void The_gradient_is_that_of_the_forward_pass()
    {
        const double scale = 0.29;
        var (l, x) = (Normal<double>(Features, Batch, 1, scale: 3), Pixels<double>(Features, Batch, 2));
        var (r, d) = (Zeros<double>(Features, Batch), Zeros<double>(Features, Batch));
        double Loss() => scale * Losses(l, x, r).Sum();
        Loss();
        BernoulliCrossEntropy.Backward(OneThread, x, r, scale, d);
        AssertGradient(Loss, l, d, "dLogits");
    }

    [Fact]
    public void Loss_and_reconstruction_are_those_of_the_definition()
    {
        var (l, x, r) = (Normal<double>(Features, Batch, 1, scale: 3), Pixels<double>(Features, Batch, 2), Zeros<double>(Features, Batch));
        var losses = Losses(l, x, r);
        for (var i = 0; i < Batch; i++)
        {
            var expected = 0.0;
            for (var p = 0; p < Features; p++)
            {
                var probability = 1 / (1 + Math.Exp(-l[p, i]));
                Assert.Equal(probability, r[p, i], 1e-15);
                expected -= x[p, i] * Math.Log(probability) + (1 - x[p, i]) * Math.Log(1 - probability);
            }

            Assert.Equal(expected, losses[i], 1e-11);
        }
    }

    [Theory]
    [InlineData(1000f, 1f, 0f, 1f)]
    [InlineData(1000f, 0f, 1000f, 1f)]
    [InlineData(-1000f, 0f, 0f, 0f)]
    [InlineData(-1000f, 1f, 1000f, 0f)]
    [InlineData(3e38f, 1f, 0f, 1f)]
    [InlineData(0f, 0.5f, 0.6931472f, 0.5f)]
    public void Extreme_logits_overflow_nowhere(float logit, float pixel, float loss, float probability)
    {
        var (l, x) = (Zeros<float>(Features, 1), Zeros<float>(Features, 1));
        l.Flat.Fill(logit);
        x.Flat.Fill(pixel);
        var r = Zeros<float>(Features, 1);
        Assert.Equal(Features * loss, Losses(l, x, r)[0], Features * loss * 1e-6f);
        Assert.All(r.Flat.ToArray(), value => Assert.Equal(probability, value));
    }

    [Fact]
    public void Single_precision_is_within_the_rounding_of_its_sums()
    {
        var (l, x, r) = (Normal<float>(Features, Batch, 1, scale: 3), Pixels<float>(Features, Batch, 2), Zeros<float>(Features, Batch));
        var (l2, x2, r2) = (Normal<double>(Features, Batch, 1, scale: 3), Pixels<double>(Features, Batch, 2), Zeros<double>(Features, Batch));
        var (losses, losses2) = (Losses(l, x, r), Losses(l2, x2, r2));

        // r: the exponential (2.02 roundings), a sum, and a quotient. The loss: sums of 16 terms a block, then of the blocks; and a
        // logarithm of a product of 16 factors, whose relative error of at most 16 · (1 sum + 1 product + 1.01 of e) roundings is an
        // absolute one of its logarithm.
        AssertWithin(r, r2, (p, i) => UnitRoundoff * 6 * r2[p, i], "r");
        for (var i = 0; i < Batch; i++)
        {
            var magnitude = Enumerable.Range(0, Features).Sum(p => Math.Abs(l2[p, i] * x2[p, i]) + Math.Max(l2[p, i], 0) + Math.Log(2));
            const int blocks = (Features + 15) / 16;
            Assert.Equal(losses2[i], losses[i], UnitRoundoff * ((16 + blocks + 3) * magnitude + blocks * 16 * 4));
        }
    }

    private static T[] Losses<T>(Matrix<T> l, Matrix<T> x, Matrix<T> r) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var losses = new T[l.Columns];
        BernoulliCrossEntropy.Forward(OneThread, l, x, r, new Matrix<T>(BernoulliCrossEntropy.ScratchRows(l.Rows), l.Columns), losses.AsSpan());
        return losses;
    }
}
