// The scores that decode samples of q(z|x), against plain loops in double precision.

using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class SampledScoresTests
{
    private const int Images = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_bound_is_the_negative_logarithm_of_the_mean_weight(int samples)
    {
        var images = Test(0, Images);
        var bound = Scores(new ImportanceWeightedBound(Parameters, samples), images);
        for (var i = 0; i < Images; i++)
        {
            var logWeights = Enumerable.Range(0, samples).Select(k => LogWeight(images, i, k)).ToArray();
            var largest = logWeights.Max();
            var expected = -(largest + Math.Log(logWeights.Average(w => Math.Exp(w - largest))));
            Assert.Equal(expected, bound[i], expected * 1e-5);
        }
    }

    [Fact]
    public void With_one_sample_the_bound_is_that_sample_of_the_negative_ELBO()
    {
        var images = Test(0, Images);
        var bound = Scores(new ImportanceWeightedBound(Parameters, 1), images);
        var loss = Scores(new ReconstructionProbability(Parameters, 1), images);
        for (var i = 0; i < Images; i++)
        {
            var (mu, logVar, eps) = (Row(images.Mu, i), Row(images.LogVar, i), Noise(RandomPurpose.ScoreSamples, 0));
            var divergence = SampleOf(mu, logVar, eps).Select((z, j) => (z * z - eps[j] * eps[j] - logVar[j]) / 2).Sum();
            Assert.Equal(loss[i] + divergence, bound[i], bound[i] * 1e-6);
        }
    }

    [Fact]
    public void Weighing_samples_is_never_worse_than_averaging_their_bounds()
    {
        // Jensen's inequality holds for any samples, so for each image and not only in the mean over the noise. (17.7)
        var images = Test(0, 20);
        var bound = Scores(new ImportanceWeightedBound(Parameters, 8), images);
        for (var i = 0; i < images.Count; i++)
        {
            var average = Enumerable.Range(0, 8).Average(k => -LogWeight(images, i, k));
            Assert.True(bound[i] < average - 0.1, $"image {i}: {bound[i]}, and {average} by single samples");
        }
    }

    [Fact]
    public void The_reconstruction_probability_is_the_mean_loss_of_the_samples()
    {
        var images = Test(0, Images);
        var scores = Scores(new ReconstructionProbability(Parameters, 6), images);
        for (var i = 0; i < Images; i++)
        {
            var expected = Enumerable.Range(0, 6).Average(k => CrossEntropy(Row(images.Pixels, i), Latent(images, i, k)));
            Assert.Equal(expected, scores[i], expected * 1e-5);
        }
    }

    [Fact]
    public void A_score_without_samples_is_refused() => Assert.Multiple(
        () => Assert.Throws<ArgumentOutOfRangeException>(() => new ImportanceWeightedBound(Parameters, 0)),
        () => Assert.Throws<ArgumentOutOfRangeException>(() => new ReconstructionProbability(Parameters, 0)));

    private static double[] Latent(Activations images, int i, int sample) =>
        SampleOf(Row(images.Mu, i), Row(images.LogVar, i), Noise(RandomPurpose.ScoreSamples, sample));

    // ln p(x|z) + ln p(z) - ln q(z|x), from the three densities.
    private static double LogWeight(Activations images, int i, int sample)
    {
        var (mu, logVar, z) = (Row(images.Mu, i), Row(images.LogVar, i), Latent(images, i, sample));
        double LogNormal(double value, double mean, double s) => -(Math.Log(2 * Math.PI) + s + (value - mean) * (value - mean) / Math.Exp(s)) / 2;
        return -CrossEntropy(Row(images.Pixels, i), z) + z.Sum(value => LogNormal(value, 0, 0)) - z.Select((value, j) => LogNormal(value, mu[j], logVar[j])).Sum();
    }
}
