// Scores from activations against the scorer that needs none.

using VaeFromScratch.Vae.Data;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class NetworkScoreTests
{
    [Fact]
    public void From_activations_scores_have_the_bits_of_the_scorer()
    {
        var images = new ImageDataset(Sample.Data.Test.Pixels[..(300 * 784)].ToArray(), Sample.Data.Test.Labels[..300].ToArray(), 28, 28);
        var expected = new AnomalyScorer(OneThread, Parameters).Score(images);
        Assert.Equal(expected.Mse, Scores(new NetworkScore(ScoreKind.Mse), Test(0, 300)));
        Assert.Equal(expected.CrossEntropy, Scores(new NetworkScore(ScoreKind.CrossEntropy), Test(0, 300)));
        Assert.Equal(expected.Kl, Scores(new NetworkScore(ScoreKind.Kl), Test(0, 300)));
        Assert.Equal(expected.NegativeElbo, Scores(new NetworkScore(ScoreKind.NegativeElbo), Test(0, 300)));
    }

    [Fact]
    public void A_kind_that_does_not_exist_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkScore((ScoreKind)99));
}
