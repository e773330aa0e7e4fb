// The reconstruction loss: gradient, values, the order of its sum, and what happens far from zero.

using System.Numerics;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class BernoulliCrossEntropyTests
{
    // Whole vectors, and part of one.
    private const int Features = 37, Batch = 9;

    // Less than a vector, whole vectors, one pixel more; all pixels of a logarithm in all lanes of a float (128), and on both sides of it.
    public static TheoryData<int> FeatureCounts => [1, 3, 7, 8, 9, 16, 63, 64, 65, 127, 128, 129, 255, 256, 300, 784];

    [Fact]
    public void The_gradient_is_that_of_the_forward_pass()
    {
        const double scale = 0.29;
        var (l, x) = (Normal<double>(Batch, Features, 1, scale: 3), Pixels<double>(Batch, Features, 2));
        var (r, d) = (Zeros<double>(Batch, Features), Zeros<double>(Batch, Features));
        double Loss() => scale * Losses(l, x, r).Sum();
        Loss();
        BernoulliCrossEntropy.Backward(OneThread, x, r, scale, d);
        AssertGradient(Loss, l, d, "dLogits");
    }

    [Fact]
    public void Loss_and_reconstruction_are_those_of_the_definition()
    {
        var (l, x, r) = (Normal<double>(Batch, Features, 1, scale: 3), Pixels<double>(Batch, Features, 2), Zeros<double>(Batch, Features));
        var losses = Losses(l, x, r);
        for (var i = 0; i < Batch; i++)
        {
            for (var p = 0; p < Features; p++) Assert.Equal(1 / (1 + Math.Exp(-l[i, p])), r[i, p], 1e-15);
            Assert.Equal(Definition(l, x, i), losses[i], 1e-11);
        }
    }

    [Theory]
    [MemberData(nameof(FeatureCounts))]
    public void The_loss_is_that_of_the_definition_for_any_number_of_pixels(int features)
    {
        var (l, x, r) = (Normal<double>(Batch, features, 1, scale: 3), Pixels<double>(Batch, features, 2), Zeros<double>(Batch, features));
        var (losses, single) = (Losses(l, x, r), Losses(Normal<float>(Batch, features, 1, scale: 3), Pixels<float>(Batch, features, 2), Zeros<float>(Batch, features)));
        for (var i = 0; i < Batch; i++)
        {
            var expected = Definition(l, x, i);
            Assert.Equal(expected, losses[i], 1e-11 * Math.Max(1, expected));
            Assert.Equal(expected, single[i], 1e-5 * Math.Max(1, expected));
        }
    }

    [Theory]
    [MemberData(nameof(FeatureCounts))]
    public void The_sum_has_the_bits_of_the_documented_order(int features)
    {
        var (l, x, r) = (Normal<float>(Batch, features, 1, scale: 3), Pixels<float>(Batch, features, 2), Zeros<float>(Batch, features));
        var (l2, x2, r2) = (Normal<double>(Batch, features, 1, scale: 3), Pixels<double>(Batch, features, 2), Zeros<double>(Batch, features));
        var (losses, losses2) = (Losses(l, x, r), Losses(l2, x2, r2));
        for (var i = 0; i < Batch; i++)
        {
            Assert.Equal(InDocumentedOrder<float>(l.Row(i), x.Row(i)), losses[i]);
            Assert.Equal(InDocumentedOrder<double>(l2.Row(i), x2.Row(i)), losses2[i]);
        }
    }

    [Theory]
    [MemberData(nameof(FeatureCounts))]
    public void Both_passes_at_once_give_the_bits_of_one_after_the_other(int features)
    {
        CheckBoth<float>(features, 1);
        CheckBoth<float>(features, 3);
        CheckBoth<double>(features, 3);
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
        // With lanes beyond the row (37, and 5 alone), which must add no ln 2 of their own.
        foreach (var features in new[] { Features, 5, 128, 256 })
        {
            var (l, x) = (Zeros<float>(1, features), Zeros<float>(1, features));
            l.Flat.Fill(logit);
            x.Flat.Fill(pixel);
            var r = Zeros<float>(1, features);
            Assert.Equal(features * loss, Losses(l, x, r)[0], features * loss * 1e-6f);
            Assert.All(r.Flat.ToArray(), value => Assert.Equal(probability, value));
        }
    }

    [Fact]
    public void Single_precision_is_within_the_rounding_of_its_sums()
    {
        var (l, x, r) = (Normal<float>(Batch, Features, 1, scale: 3), Pixels<float>(Batch, Features, 2), Zeros<float>(Batch, Features));
        var (l2, x2, r2) = (Normal<double>(Batch, Features, 1, scale: 3), Pixels<double>(Batch, Features, 2), Zeros<double>(Batch, Features));
        var (losses, losses2) = (Losses(l, x, r), Losses(l2, x2, r2));

        // r: the exponential (2.02 roundings), a sum, and a quotient. The loss: sums of 16 terms a block, then of the blocks; and a
        // logarithm of a product of 16 factors, whose relative error of at most 16 · (1 sum + 1 product + 1.01 of e) roundings is an
        // absolute one of its logarithm.
        AssertWithin(r, r2, (i, p) => UnitRoundoff * 6 * r2[i, p], "r");
        for (var i = 0; i < Batch; i++)
        {
            var magnitude = Enumerable.Range(0, Features).Sum(p => Math.Abs(l2[i, p] * x2[i, p]) + Math.Max(l2[i, p], 0) + Math.Log(2));
            const int blocks = (Features + 15) / 16;
            Assert.Equal(losses2[i], losses[i], UnitRoundoff * ((16 + blocks + 3) * magnitude + blocks * 16 * 4));
        }
    }

    [Fact]
    public void A_loss_of_another_shape_is_refused()
    {
        var m = Zeros<float>(4, 3);
        Assert.Throws<ArgumentException>(() => BernoulliCrossEntropy.Forward(OneThread, m, m, m, Zeros<float>(1, 3)));
        Assert.Throws<ArgumentException>(() => BernoulliCrossEntropy.ForwardAndBackward(OneThread, m, m, 1f, Zeros<float>(1, 3), m));
        Assert.Throws<ArgumentException>(() => BernoulliCrossEntropy.ForwardAndBackward(OneThread, m, m, 1f, Zeros<float>(1, 4), Zeros<float>(3, 4)));
    }

    private static void CheckBoth<T>(int features, int threads) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var engine = new Engine(threads);
        var scale = T.One / T.CreateChecked(Batch);
        var (l, x) = (Normal<T>(Batch, features, 1, scale: 3), Pixels<T>(Batch, features, 2));
        var (r, loss, d) = (Zeros<T>(Batch, features), Zeros<T>(1, Batch), Zeros<T>(Batch, features));
        BernoulliCrossEntropy.Forward(engine, l, x, r, loss);
        BernoulliCrossEntropy.Backward(engine, x, r, scale, d);

        // Into memory of its own, and in place of the logits as in training.
        foreach (var both in new[] { Zeros<T>(Batch, features), l })
        {
            var lossOfBoth = Zeros<T>(1, Batch);
            lossOfBoth.Flat.Fill(T.NaN);
            BernoulliCrossEntropy.ForwardAndBackward(engine, l, x, scale, lossOfBoth, both);
            Assert.Equal(loss.Flat.ToArray(), lossOfBoth.Flat.ToArray());
            Assert.Equal(d.Flat.ToArray(), both.Flat.ToArray());
        }
    }

    private static double Definition(Matrix<double> l, Matrix<double> x, int image)
    {
        var sum = 0.0;
        for (var p = 0; p < l.Columns; p++)
        {
            var probability = 1 / (1 + Math.Exp(-l[image, p]));
            sum -= x[image, p] * Math.Log(probability) + (1 - x[image, p]) * Math.Log(1 - probability);
        }

        return sum;
    }

    // Pixel p belongs to lane p mod L; a lane takes one logarithm of 16 of its pixels; the last few that fill no vector have their own.
    private static T InDocumentedOrder<T>(Span<T> l, Span<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = new T[typeof(T) == typeof(float) ? 8 : 4];
        var whole = l.Length / lanes.Length * lanes.Length;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var (product, factors) = (T.One, 0);
            for (var p = lane; p < whole; p += lanes.Length)
            {
                lanes[lane] += T.FusedMultiplyAdd(-l[p], x[p], T.Max(l[p], T.Zero));
                product *= T.One + ExpOf(-T.Abs(l[p]));
                if (++factors < 16 && p + lanes.Length < whole) continue;
                lanes[lane] += LogOf(product);
                (product, factors) = (T.One, 0);
            }

            var last = whole + lane;
            if (last < l.Length) lanes[lane] += T.FusedMultiplyAdd(-l[last], x[last], T.Max(l[last], T.Zero)) + LogOf(T.One + ExpOf(-T.Abs(l[last])));
        }

        for (var width = lanes.Length / 2; width > 0; width /= 2)
            for (var lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
        return lanes[0];
    }

    // Those of the project, whose own tests hold them to the mathematical ones: here it is the order that is checked.
    private static T ExpOf<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => Exp.Invoke(Vector256.Create(x))[0];

    private static T LogOf<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => Log.Invoke(Vector256.Create(x))[0];

    private static T[] Losses<T>(Matrix<T> l, Matrix<T> x, Matrix<T> r) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var losses = Zeros<T>(1, l.Rows);
        BernoulliCrossEntropy.Forward(OneThread, l, x, r, losses);
        return losses.Flat.ToArray();
    }
}
