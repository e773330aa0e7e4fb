// The continuous Bernoulli: gradient, values on both sides of where its series end, and what happens far from zero.

using System.Numerics;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class ContinuousBernoulliTests
{
    // Whole vectors, and part of one.
    private const int Features = 37, Batch = 9;

    // l, ln((e^l - 1) / l) and 1 / (1 - e^-l) - 1 / l to 17 digits, by Python's decimal with 60:
    //   python3 -c "from decimal import *; getcontext().prec = 60; l = Decimal('0.5'); print(((l.exp()-1)/l).ln(), 1/(1-(-l).exp())-1/l)"
    public static TheoryData<double, double, double> KnownValues => new()
    {
        { -200, -5.2983173665480367, 0.005 },
        { -20, -2.9957322756151446, 0.049999997938846373 },
        { -3, -1.1496814696108113, 0.28093763684207738 },
        { -1, -0.45867514538708189, 0.41802329313067358 },
        { -0.999, -0.45825708242946439, 0.41810262338799662 },
        { -0.5, -0.23960494900724326, 0.45850591746320172 },
        { -1e-3, -0.00049995833333368056, 0.49991666666805556 },
        { -1e-9, -4.9999999995833333e-10, 0.49999999991666667 },
        { 0, 0, 0.5 },
        { 1e-9, 5.0000000004166667e-10, 0.50000000008333333 },
        { 1e-3, 0.00050004166666631944, 0.50008333333194444 },
        { 0.5, 0.26039505099275674, 0.54149408253679828 },
        { 0.999, 0.54074291757053561, 0.58189737661200338 },
        { 1, 0.54132485461291811, 0.58197670686932642 },
        { 3, 1.8503185303891887, 0.71906236315792262 },
        { 20, 17.004267724384855, 0.95000000206115363 },
        { 200, 194.70168263345196, 0.995 },
    };

    [Theory]
    [MemberData(nameof(KnownValues))]
    public void Constant_and_mean_have_their_known_values(double logit, double constant, double mean)
    {
        // In every lane, and in a vector that is not full. What the series leave out is below 1.4e-11.
        foreach (var pixel in new[] { 0, 0.3, 1 })
        {
            var (l, x, m) = (Zeros<double>(1, 9), Zeros<double>(1, 9), Zeros<double>(1, 9));
            l.Flat.Fill(logit);
            x.Flat.Fill(pixel);
            Assert.Equal(9 * (constant - logit * pixel), Losses(OneThread, l, x, m)[0], 2e-11 + 1e-14 * Math.Abs(logit));
            Assert.All(m.Flat.ToArray(), value => Assert.Equal(mean, value, 2e-11));

            var (l4, x4, m4) = (Zeros<float>(1, 9), Zeros<float>(1, 9), Zeros<float>(1, 9));
            l4.Flat.Fill((float)logit);
            x4.Flat.Fill((float)pixel);
            Assert.Equal(9 * (constant - logit * pixel), Losses(OneThread, l4, x4, m4)[0], 9 * 6 * UnitRoundoff * (1 + Math.Abs(logit)));
            Assert.All(m4.Flat.ToArray(), value => Assert.Equal(mean, value, 8 * UnitRoundoff));
        }
    }

    [Theory]
    // Logits of the series alone, and of both roads.
    [InlineData(0.2)]
    [InlineData(3)]
    public void The_gradient_is_that_of_the_forward_pass(double spread)
    {
        const double scale = 0.29;
        var (l, x) = (Normal<double>(Batch, Features, 1, spread), Pixels<double>(Batch, Features, 2));
        var (m, d) = (Zeros<double>(Batch, Features), Zeros<double>(Batch, Features));
        double Loss() => scale * Losses(OneThread, l, x, m).Sum();
        Loss();
        ContinuousBernoulli.Backward(OneThread, x, m, scale, d);
        AssertGradient(Loss, l, d, "dLogits");
    }

    [Fact]
    public void The_density_integrates_to_one_and_has_the_mean()
    {
        // By the midpoint rule, one pixel at a time.
        const int points = 2000;
        foreach (var logit in new[] { -4.0, -0.7, 0, 0.3, 1, 6 })
        {
            var (l, x, m) = (Zeros<double>(points, 1), Zeros<double>(points, 1), Zeros<double>(points, 1));
            l.Flat.Fill(logit);
            for (var i = 0; i < points; i++) x[i, 0] = (i + 0.5) / points;
            var density = Losses(OneThread, l, x, m).Select(loss => Math.Exp(-loss) / points).ToArray();
            Assert.Equal(1, density.Sum(), 1e-5);
            Assert.Equal(m[0, 0], density.Zip(x.Flat.ToArray(), (p, value) => p * value).Sum(), 1e-5);
        }
    }

    [Fact]
    public void A_row_has_its_bits_alone_on_any_number_of_threads_and_in_place()
    {
        var (l, x, m) = (Normal<float>(Batch, Features, 1, 3), Pixels<float>(Batch, Features, 2), Zeros<float>(Batch, Features));
        var expected = Losses(OneThread, l, x, m);
        using var engine = new Engine(3);
        var inPlace = Normal<float>(Batch, Features, 1, 3);
        Assert.Equal(expected, Losses(engine, inPlace, x, inPlace));
        Assert.Equal(m.Flat.ToArray(), inPlace.Flat.ToArray());
        for (var i = 0; i < Batch; i++)
            Assert.Equal(expected[i], Losses(OneThread, l.RowBlock(i, 1), x.RowBlock(i, 1), Zeros<float>(1, Features))[0]);

        var (d, both) = (Zeros<float>(Batch, Features), Normal<float>(Batch, Features, 1, 3));
        ContinuousBernoulli.Backward(OneThread, x, m, 0.1f, d);
        ContinuousBernoulli.ForwardAndBackward(engine, both, x, 0.1f, Zeros<float>(1, Batch), both);
        Assert.Equal(d.Flat.ToArray(), both.Flat.ToArray());
    }

    [Theory]
    [InlineData(1000f, 1f, -6.907755f, 0.999f)]
    [InlineData(1000f, 0f, 993.0922f, 0.999f)]
    [InlineData(-1000f, 0f, -6.907755f, 0.001f)]
    [InlineData(-1000f, 1f, 993.0922f, 0.001f)]
    [InlineData(3e38f, 1f, -88.59686f, 1f)]
    [InlineData(-3e38f, 0f, -88.59686f, 0f)]
    public void Extreme_logits_overflow_nowhere(float logit, float pixel, float loss, float mean)
    {
        var (l, x, m) = (Zeros<float>(1, 5), Zeros<float>(1, 5), Zeros<float>(1, 5));
        l.Flat.Fill(logit);
        x.Flat.Fill(pixel);
        Assert.Equal(5 * loss, Losses(OneThread, l, x, m)[0], 5e-6f * Math.Abs(loss));
        Assert.All(m.Flat.ToArray(), value => Assert.Equal(mean, value, 1e-7f));
    }

    [Fact]
    public void A_NaN_stays_to_be_seen_and_other_shapes_are_refused()
    {
        var (l, x) = (Zeros<float>(2, 5), Zeros<float>(2, 5));
        l[1, 3] = float.NaN;
        var losses = Losses(OneThread, l, x, l);
        Assert.Equal((0f, float.NaN), (losses[0], losses[1]));
        Assert.Throws<ArgumentException>(() => ContinuousBernoulli.Forward(OneThread, l, x, l, Zeros<float>(1, 3)));
        Assert.Throws<ArgumentException>(() => ContinuousBernoulli.Forward(OneThread, l, Zeros<float>(2, 4), l, Zeros<float>(1, 2)));
    }

    private static T[] Losses<T>(Engine engine, Matrix<T> l, Matrix<T> x, Matrix<T> m)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var losses = Zeros<T>(1, l.Rows);
        ContinuousBernoulli.Forward(engine, l, x, m, losses);
        return losses.Flat.ToArray();
    }
}
