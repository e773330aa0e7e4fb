// Scores made of mu and log variance: the mixture, and the three lengths of LPath.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class LatentScoresTests
{
    private static readonly Engine OneThread = new(1);

    [Fact]
    public void LPath_is_the_distance_of_three_lengths()
    {
        var normals = SmallNetwork.Normals(OneThread);
        var reference = normals.Reference;
        var lengths = new Matrix<float>(reference.Count, 3);
        for (var i = 0; i < reference.Count; i++)
        {
            lengths[i, 0] = (float)Math.Sqrt(Enumerable.Range(0, 25).Sum(p => Math.Pow(reference.Pixels[i, p] - reference.Reconstruction[i, p], 2)));
            lengths[i, 1] = (float)Math.Sqrt(Enumerable.Range(0, 3).Sum(j => Math.Pow(reference.Mu[i, j], 2)));
            lengths[i, 2] = (float)Math.Sqrt(Enumerable.Range(0, 3).Sum(j => Math.Exp(reference.LogVar[i, j])));
        }

        var (scores, expected) = (SmallNetwork.Scores(OneThread, LatentPath.Fit(OneThread, normals), reference), Plain.SquaredMahalanobis(lengths));
        for (var i = 0; i < scores.Length; i++) Assert.Equal(expected[i], scores[i], 1e-3 * expected[i] + 1e-3);
    }

    [Fact]
    public void The_mixtures_score_is_its_negative_log_density()
    {
        var (normals, images) = (SmallNetwork.Normals(OneThread), SmallNetwork.Activations(OneThread, 300, 40));
        var (score, logDensities) = (LatentMixture.Fit(OneThread, normals, 4), new double[40]);
        score.MixtureFit.Mixture.LogDensities(OneThread, images.Mu, logDensities);
        Assert.Equal(logDensities.Select(value => (float)-value), SmallNetwork.Scores(OneThread, score, images));
    }

    [Fact]
    public void The_seed_chooses_where_the_mixture_starts()
    {
        var normals = SmallNetwork.Normals(OneThread);
        double First(ulong seed) => LatentMixture.Fit(OneThread, normals, 4, seed).MixtureFit.MeanLogDensities[0];
        Assert.Equal(First(0), First(0));
        Assert.NotEqual(First(0), First(1));
    }
}
