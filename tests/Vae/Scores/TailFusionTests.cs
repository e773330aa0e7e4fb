// Fusion: sums of the surprises at several scores.

using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class TailFusionTests
{
    private static readonly NetworkScore Mse = new(ScoreKind.Mse), Kl = new(ScoreKind.Kl);

    [Fact]
    public void It_is_the_sum_of_the_surprises()
    {
        var images = Test(0, 200);
        var fusion = Scores(TailFusion.Fit(OneThread, Normals, Mse, Kl), images);
        var (mse, kl) = (Scores(CalibratedScore.Fit(OneThread, Normals, Mse), images), Scores(CalibratedScore.Fit(OneThread, Normals, Kl), images));
        for (var i = 0; i < fusion.Length; i++) Assert.Equal((double)mse[i] + kl[i], fusion[i], 1e-6 * fusion[i]);
    }

    [Fact]
    public void A_calibrated_score_keeps_the_order()
    {
        var images = Test(0, 1000);
        var (scores, surprises) = (Scores(Mse, images), Scores(CalibratedScore.Fit(OneThread, Normals, Mse), images));
        Array.Sort(scores, surprises);
        Assert.Equal(surprises.Order(), surprises);
        // The highest are beyond all calibration images, and still told apart.
        Assert.True(scores[^2] > Scores(Mse, Normals.Calibration).Max(), "too few images are beyond the calibration images");
        Assert.True(surprises[^1] > surprises[^2], $"{surprises[^2]}, {surprises[^1]}");
    }

    [Fact]
    public void Calibration_images_are_as_surprising_as_tail_probabilities_are()
    {
        // p is uniform on 1/(m+1) .. m/(m+1), so -ln p has a mean near 1.
        var surprises = Scores(CalibratedScore.Fit(OneThread, Normals, Mse), Normals.Calibration);
        Assert.Equal(1, surprises.Average(), 0.05);
    }

    [Fact]
    public void A_fusion_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => TailFusion.Fit(OneThread, Normals));
}
