// Typicality against its definition.

using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class TypicalityTests
{
    [Fact]
    public void It_is_the_distance_of_the_negative_ELBO_from_its_mean_over_the_reference()
    {
        var negativeElbo = new NetworkScore(ScoreKind.NegativeElbo);
        var mean = Scores(negativeElbo, Normals.Reference).Average(score => (double)score);
        var typicality = Typicality.Fit(OneThread, Normals);
        Assert.Equal(mean, typicality.Mean, 1e-9);
        var (elbo, scores) = (Scores(negativeElbo, Test(0, 50)), Scores(typicality, Test(0, 50)));
        // Some are more likely than the mean and some less, so both sides are seen.
        Assert.Contains(elbo, score => score < mean);
        Assert.Contains(elbo, score => score > mean);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(Math.Abs(elbo[i] - mean), scores[i], 1e-4);
    }

    [Fact]
    public void Without_a_reference_there_is_no_mean() =>
        Assert.Throws<ArgumentException>(() => Typicality.Fit(OneThread, Normals with { Reference = Test(0, 0) }));
}
