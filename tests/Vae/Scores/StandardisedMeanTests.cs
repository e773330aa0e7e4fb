// The mean of standardised scores, against double loops.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class StandardisedMeanTests
{
    private static readonly NetworkScore Mse = new(ScoreKind.Mse), Kl = new(ScoreKind.Kl);

    [Fact]
    public void It_is_the_mean_in_units_of_the_spread_over_the_calibration()
    {
        var images = Test(0, 100);
        var expected = new double[images.Count];
        foreach (var score in new[] { Mse, Kl })
        {
            var calibration = Scores(score, Normals.Calibration);
            var mean = calibration.Average(value => (double)value);
            var deviation = Math.Sqrt(calibration.Average(value => (value - mean) * (value - mean)));
            var scores = Scores(score, images);
            for (var i = 0; i < expected.Length; i++) expected[i] += (scores[i] - mean) / deviation / 2;
        }

        var actual = Scores(StandardisedMean.Fit(OneThread, Normals, Mse, Kl), images);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5);
    }

    [Fact]
    public void The_calibration_has_mean_0_and_one_score_alone_spread_1()
    {
        var scores = Scores(StandardisedMean.Fit(OneThread, Normals, Mse), Normals.Calibration);
        Assert.Equal(0, scores.Average(value => (double)value), 1e-6);
        Assert.Equal(1, scores.Average(value => (double)value * value), 1e-5);
    }

    [Fact]
    public void No_score_and_scores_without_spread_are_refused()
    {
        Assert.Contains("expected 1 or more", Assert.Throws<ArgumentException>(() => StandardisedMean.Fit(OneThread, Normals)).Message, StringComparison.Ordinal);
        foreach (var value in new[] { 0.1f, float.NaN, float.PositiveInfinity })
        {
            var exception = Assert.Throws<ArgumentException>(() => StandardisedMean.Fit(OneThread, Normals, Mse, new Constant(value)));
            Assert.Contains("300 calibration images have no spread", exception.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Constant(float value) : IAnomalyScore
    {
        public void Compute(Engine engine, Activations images, Span<float> scores) => scores.Fill(value);
    }
}
