// Likelihood regret against a fit in double precision that knows no derivative: central differences and Adam's formulas.

using VaeFromScratch.Autodiff;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class LikelihoodRegretTests
{
    [Fact]
    public void It_is_what_the_fit_gains()
    {
        const int steps = 5, samples = 3;
        const double rate = 0.05;
        var images = Test(0, 3);
        var regret = Scores(new LikelihoodRegret(Parameters, steps, samples, rate), images);
        Assert.Contains(regret, value => value > 0.2);
        for (var i = 0; i < images.Count; i++) Assert.Equal(PlainRegret(images, i, steps, samples, rate), regret[i], 2e-3);
    }

    [Fact]
    public void It_is_never_negative_and_grows_with_the_steps_on_average()
    {
        var images = Test(0, 100);
        var means = new[] { 1, 10, 50 }.Select(steps =>
        {
            var regret = Scores(new LikelihoodRegret(Parameters, steps), images);
            Assert.All(regret, value => Assert.True(value >= 0));
            return regret.Average();
        }).ToArray();
        Assert.True(means[0] < means[1] && means[1] < means[2], string.Join(", ", means));
    }

    [Fact]
    public void A_fit_that_makes_the_bound_worse_regrets_nothing() =>
        Assert.All(Scores(new LikelihoodRegret(Parameters, steps: 3, learningRate: 50), Test(0, 10)), value => Assert.Equal(0, value));

    [Fact]
    public void Settings_that_fit_nothing_are_refused() => Assert.Multiple(
        () => Assert.Throws<ArgumentOutOfRangeException>(() => new LikelihoodRegret(Parameters, steps: 0)),
        () => Assert.Throws<ArgumentOutOfRangeException>(() => new LikelihoodRegret(Parameters, samples: 0)),
        () => Assert.Throws<ArgumentOutOfRangeException>(() => new LikelihoodRegret(Parameters, learningRate: double.NaN)));

    private static double PlainRegret(Activations images, int image, int steps, int samples, double rate)
    {
        var x = Row(images.Pixels, image);
        // Means, then log variances.
        double[] q = [.. Row(images.Mu, image), .. Row(images.LogVar, image)];
        var latent = q.Length / 2;
        double Loss(double[] eps) => CrossEntropy(x, SampleOf(q[..latent], q[latent..], eps)) + Kl(q[..latent], q[latent..]);
        double NegativeElbo() => Enumerable.Range(0, samples).Average(k => Loss(Noise(RandomPurpose.ScoreSamples, k)));

        var before = NegativeElbo();
        var (m, v) = (new double[q.Length], new double[q.Length]);
        for (var step = 1; step <= steps; step++)
        {
            var eps = Noise(RandomPurpose.ScoreSteps, step - 1);
            var gradient = new double[q.Length];
            for (var j = 0; j < q.Length; j++) gradient[j] = GradientCheck.CentralDifference(() => Loss(eps), ref q[j]);
            for (var j = 0; j < q.Length; j++)
            {
                m[j] = 0.9 * m[j] + 0.1 * gradient[j];
                v[j] = 0.999 * v[j] + 0.001 * gradient[j] * gradient[j];
                q[j] -= rate * (m[j] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[j] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }

        return Math.Max(before - NegativeElbo(), 0);
    }
}
