// The deviance against its definition in double precision, and at the ends of the interval, where logarithms have none.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class BernoulliDevianceTests
{
    [Fact]
    public void The_score_is_that_of_the_definition_and_the_cross_entropy_less_the_entropy()
    {
        var images = Test(0, 10);
        var deviance = Scores(new BernoulliDeviance(), images);
        for (var i = 0; i < images.Count; i++)
        {
            var (x, r) = (Row(images.Pixels, i), Row(images.Reconstruction, i));
            Assert.Contains(0, x);
            var expected = x.Zip(r, Deviance).Sum();
            Assert.Equal(expected, deviance[i], expected * 1e-4);
            var entropy = x.Sum(p => p is 0 or 1 ? 0 : -p * Math.Log(p) - (1 - p) * Math.Log(1 - p));
            Assert.Equal(images.ReconstructionLoss[i] - entropy, deviance[i], expected * 1e-4);
        }
    }

    [Fact]
    public void A_perfect_reconstruction_scores_zero()
    {
        float[] pixels = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];
        Assert.Equal(0, Compute(pixels, pixels));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1e-44)]
    [InlineData(0, 1e-3)]
    [InlineData(1, 1 - 1e-3)]
    [InlineData(1, 1e-30)]
    [InlineData(0.5, 1e-30)]
    [InlineData(0.25, 0.999)]
    public void A_pixel_at_the_ends_of_the_interval_scores_what_it_should(double x, double r) =>
        Assert.Equal(Deviance((float)x, (float)r), Compute([(float)x], [(float)r]), 1e-4 + 1e-6 * Deviance((float)x, (float)r));

    [Fact]
    public void A_saturated_reconstruction_of_another_pixel_scores_high_but_not_infinitely()
    {
        // r = 1 is a sigmoid of 17.3 or more, and a 1 - r of 2^-25 = e^-17.3 or less.
        Assert.Equal(0.5 * Math.Log(0.5) + 0.5 * (Math.Log(0.5) + 25 * Math.Log(2)), Compute([0.5f], [1]), 1e-5);
        Assert.Equal(25 * Math.Log(2), Compute([0], [1]), 1e-5);
        Assert.InRange(Compute([1], [0]), 87, 88);
    }

    [Fact]
    public void No_pixel_scores_below_zero()
    {
        // Where r is next to x both terms are large against their sum, and rounding decides its sign.
        for (var value = 1; value < 255; value++)
            foreach (var ulps in new[] { -3, -1, 1, 3 })
                Assert.InRange(Compute([value / 255f], [BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value / 255f) + ulps)]), 0, 1e-6);
    }

    [Fact]
    public void Other_shapes_are_refused() => Assert.Multiple(
        () => Assert.Throws<ArgumentException>(() => BernoulliDeviance.Compute(OneThread, new(2, 3), new(3, 2), new(1, 2))),
        () => Assert.Throws<ArgumentException>(() => BernoulliDeviance.Compute(OneThread, new(2, 3), new(2, 3), new(1, 3))));

    private static double Deviance(double x, double r) => (x == 0 ? 0 : x * Math.Log(x / r)) + (x == 1 ? 0 : (1 - x) * Math.Log((1 - x) / (1 - r)));

    private static float Compute(float[] x, float[] r)
    {
        var (images, reconstructions, deviance) = (new Matrix<float>(1, x.Length), new Matrix<float>(1, x.Length), new Matrix<float>(1, 1));
        x.CopyTo(images.Flat);
        r.CopyTo(reconstructions.Flat);
        BernoulliDeviance.Compute(OneThread, images, reconstructions, deviance);
        return deviance[0, 0];
    }
}
