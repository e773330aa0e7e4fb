// KL per dimension and active units against a plain computation in double precision.
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class LatentUsageTests
{
    private const int Images = 300, Latent = 5;

    // Dimension j has means of standard deviation 0.05·2^j about j: the variance is above 0.01 from j = 1 or 2 on.
    private static (Matrix<float> Mu, Matrix<float> LogVar, bool[] IsAnomaly) Draw()
    {
        var random = new Random(20260401);
        var (mu, logVar) = (new Matrix<float>(Images, Latent), new Matrix<float>(Images, Latent));
        for (var i = 0; i < Images; i++)
        {
            for (var j = 0; j < Latent; j++)
            {
                mu[i, j] = j + 0.05f * (1 << j) * (float)Math.Sqrt(12) * (random.NextSingle() - 0.5f);
                logVar[i, j] = -j * random.NextSingle();
            }
        }

        return (mu, logVar, [.. Enumerable.Range(0, Images).Select(i => i % 3 == 1)]);
    }

    [Fact]
    public void Every_dimension_has_its_mean_divergence_over_the_normal_images()
    {
        var (mu, logVar, isAnomaly) = Draw();
        var usage = LatentUsage.Of(mu, logVar, isAnomaly);
        Assert.Equal(Latent, usage.KlPerDimension.Count);
        for (var j = 0; j < Latent; j++)
        {
            var expected = Enumerable.Range(0, Images).Where(i => !isAnomaly[i])
                .Average(i => 0.5 * ((double)mu[i, j] * mu[i, j] + Math.Exp(logVar[i, j]) - 1 - logVar[i, j]));
            Assert.Equal(expected, usage.KlPerDimension[j], 1e-6 * (1 + expected));
        }
    }

    [Fact]
    public void Dimensions_whose_mean_varies_are_active()
    {
        var (mu, logVar, isAnomaly) = Draw();
        var expected = 0;
        for (var j = 0; j < Latent; j++)
        {
            double[] means = [.. Enumerable.Range(0, Images).Where(i => !isAnomaly[i]).Select(i => (double)mu[i, j])];
            var mean = means.Average();
            if (means.Average(value => (value - mean) * (value - mean)) > 0.01) expected++;
        }

        Assert.Equal(3, expected);
        Assert.Equal(expected, LatentUsage.Of(mu, logVar, isAnomaly).ActiveUnits);
    }

    [Fact]
    public void Anomalies_count_for_nothing()
    {
        var (mu, logVar, isAnomaly) = Draw();
        var before = LatentUsage.Of(mu, logVar, isAnomaly);
        for (var i = 1; i < Images; i += 3) (mu[i, 0], logVar[i, 1]) = (100, -9);
        var after = LatentUsage.Of(mu, logVar, isAnomaly);
        Assert.Equal(before.KlPerDimension, after.KlPerDimension);
        Assert.Equal(before.ActiveUnits, after.ActiveUnits);
    }

    [Fact]
    public void A_collapsed_dimension_has_no_divergence() =>
        Assert.Equal([0.0, 0.0], LatentUsage.Of(new Matrix<float>(4, 2), new Matrix<float>(4, 2), new bool[4]).KlPerDimension);

    [Fact]
    public void Anomalies_alone_are_refused() =>
        Assert.Throws<ArgumentException>(() => LatentUsage.Of(new Matrix<float>(1, 2), new Matrix<float>(1, 2), [true]));
}
