// The Gaussian divergence against its definition, by sampling: chapter 7 of docs/math.

using System.Globalization;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class GaussianKlMonteCarloTests
{
    private const int Samples = 100_000;
    private const double StandardErrors = 4;

    private static readonly (double Mu, double LogVar)[] Gaussians = [(0, 0), (1, 0), (0, -4), (2, -2), (-1, 1)];

    [Fact]
    public void The_mean_of_the_log_ratio_is_the_divergence()
    {
        foreach (var gaussian in Gaussians)
            Sampled.Draw(gaussian).LogRatio.AssertMean(Divergence(gaussian), StandardErrors, $"the log ratio of {gaussian}");
    }

    [Fact]
    public void The_log_ratio_has_the_variance_that_is_derived()
    {
        foreach (var gaussian in Gaussians)
            Sampled.Draw(gaussian).LogRatio.AssertVariance(LogRatioVariance(gaussian), StandardErrors, $"the log ratio of {gaussian}");
    }

    [Fact]
    public void The_mean_of_the_sampled_gradients_is_the_gradient()
    {
        foreach (var (mu, logVar) in Gaussians)
        {
            var (m, s, dMu, dLogVar) = (Single(mu), Single(logVar), Single(0), Single(0));
            GaussianKl.Backward(m, s, 1, dMu, dLogVar);
            var (sampled, sigma2) = (Sampled.Draw((mu, logVar)), Math.Exp(logVar));
            sampled.ByMu.AssertMean(dMu[0, 0], StandardErrors, $"the gradient by mu at {(mu, logVar)}");
            sampled.ByLogVar.AssertMean(dLogVar[0, 0], StandardErrors, $"the gradient by logVar at {(mu, logVar)}");
            // (7.18)
            sampled.ByMu.AssertVariance(sigma2, StandardErrors, $"the gradient by mu at {(mu, logVar)}");
            sampled.ByLogVar.AssertVariance((mu * mu * sigma2 + 2 * sigma2 * sigma2) / 4, StandardErrors, $"the gradient by logVar at {(mu, logVar)}");
        }
    }

    [Fact]
    public void Divergences_and_variances_of_independent_dimensions_add_up()
    {
        var sum = new double[Samples];
        for (var j = 0; j < Gaussians.Length; j++)
        {
            var logRatios = Sampled.LogRatios(Gaussians[j], Sampled.Sample(Gaussians[j], (uint)j));
            for (var i = 0; i < Samples; i++) sum[i] += logRatios[i];
        }

        var moments = SampleMoments.Of(sum);
        moments.AssertMean(Divergence(Gaussians), StandardErrors, "the log ratio");
        moments.AssertVariance(Gaussians.Sum(LogRatioVariance), StandardErrors, "the log ratio");
    }

    [Fact]
    public void The_table_of_the_chapter_is_what_is_measured()
    {
        var lines = new List<string>
        {
            "| mu | logVar | KL by `GaussianKl.Forward` | mean log ratio | its standard error | variance | derived |",
            "|--:|--:|--:|--:|--:|--:|--:|",
        };
        foreach (var gaussian in Gaussians)
        {
            var measured = Sampled.Draw(gaussian).LogRatio;
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"| {gaussian.Mu} | {gaussian.LogVar} | {Divergence(gaussian):F4} | {measured.Mean:F4} | {measured.MeanError:F4} "
                + $"| {measured.Variance:F4} | {LogRatioVariance(gaussian):F4} |"));
        }

        MathChapter.AssertTable("07-gaussian-kl.md", "GaussianKlMonteCarloTests", lines);
    }

    private static double Divergence(params (double Mu, double LogVar)[] dimensions)
    {
        var (mu, logVar, kl) = (Zeros<double>(1, dimensions.Length), Zeros<double>(1, dimensions.Length), new double[1]);
        for (var j = 0; j < dimensions.Length; j++) (mu[0, j], logVar[0, j]) = dimensions[j];
        GaussianKl.Forward(mu, logVar, kl.AsSpan());
        return kl[0];
    }

    // (7.16)
    private static double LogRatioVariance((double Mu, double LogVar) gaussian)
    {
        var sigma2 = Math.Exp(gaussian.LogVar);
        return gaussian.Mu * gaussian.Mu * sigma2 + (sigma2 - 1) * (sigma2 - 1) / 2;
    }

    private static Matrix<double> Single(double value)
    {
        var matrix = Zeros<double>(1, 1);
        matrix[0, 0] = value;
        return matrix;
    }

    /// <summary>What one Gaussian's samples say of its divergence and of its gradients.</summary>
    private sealed record Sampled(SampleMoments LogRatio, SampleMoments ByMu, SampleMoments ByLogVar)
    {
        public static Sampled Draw((double Mu, double LogVar) gaussian)
        {
            var z = Sample(gaussian, 0);
            // The derivatives of the log ratio along the path of the sample, with sigma·eps = z - mu: (7.17).
            double[] byLogVar = [.. z.Select(value => (value * (value - gaussian.Mu) - 1) / 2)];
            return new Sampled(SampleMoments.Of(LogRatios(gaussian, z)), SampleMoments.Of(z), SampleMoments.Of(byLogVar));
        }

        public static double[] Sample((double Mu, double LogVar) gaussian, uint index)
        {
            var (mu, logVar, eps, z) = (Zeros<double>(1, Samples), Zeros<double>(1, Samples), Zeros<double>(1, Samples), Zeros<double>(1, Samples));
            mu.Flat.Fill(gaussian.Mu);
            logVar.Flat.Fill(gaussian.LogVar);
            new RandomSequence(7, 1, index).FillNormal(eps.Flat);
            Reparameterization.Forward(mu, logVar, eps, z);
            return z.Flat.ToArray();
        }

        // ln q(z) - ln p(z), the two densities written out.
        public static double[] LogRatios((double Mu, double LogVar) q, double[] z) =>
            [.. z.Select(value => LogNormal(value, q.Mu, q.LogVar) - LogNormal(value, 0, 0))];

        private static double LogNormal(double z, double mean, double logVar) =>
            -(Math.Log(2 * Math.PI) + logVar + (z - mean) * (z - mean) * Math.Exp(-logVar)) / 2;
    }
}
