// Two estimators of the gradient of an expectation, measured against their closed forms: chapter 6 of docs/math.

using System.Globalization;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class EstimatorVarianceTests
{
    // E[f(z)] with f(z) = sum over j of (z_j - Target)² and z_j from N(Mu, sigma²): (6.10) for one latent dimension.
    private const double Mu = 1, Target = 3, Delta = Mu - Target;
    private const int Samples = 100_000;
    private const double StandardErrors = 4;

    private static readonly double[] SigmaValues = [1, 0.5, 0.1];
    private static readonly int[] LatentValues = [1, 4, 16];

    public static TheoryData<double> Sigmas => [.. SigmaValues];

    public static TheoryData<int> LatentDimensions => [.. LatentValues];

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Both_estimators_have_the_gradient_as_their_mean(double sigma)
    {
        var estimators = Estimators.Measure(sigma);
        estimators.PathMu.AssertMean(2 * Delta, StandardErrors, "the pathwise estimator by mu");
        estimators.ScoreMu.AssertMean(2 * Delta, StandardErrors, "the score-function estimator by mu");
        estimators.PathLogVar.AssertMean(sigma * sigma, StandardErrors, "the pathwise estimator by logVar");
        estimators.ScoreLogVar.AssertMean(sigma * sigma, StandardErrors, "the score-function estimator by logVar");
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Both_estimators_have_the_variance_that_is_derived(double sigma)
    {
        var estimators = Estimators.Measure(sigma);
        estimators.PathMu.AssertVariance(PathMuVariance(sigma), StandardErrors, "the pathwise estimator by mu");
        estimators.ScoreMu.AssertVariance(ScoreMuVariance(sigma), StandardErrors, "the score-function estimator by mu");
        estimators.PathLogVar.AssertVariance(PathLogVarVariance(sigma), StandardErrors, "the pathwise estimator by logVar");
        estimators.ScoreLogVar.AssertVariance(ScoreLogVarVariance(sigma), StandardErrors, "the score-function estimator by logVar");
    }

    [Theory]
    [MemberData(nameof(LatentDimensions))]
    public void With_more_latent_dimensions_only_the_score_function_estimator_gets_worse(int latent)
    {
        const double sigma = 0.5;
        var estimators = Estimators.Measure(sigma, latent);
        estimators.PathMu.AssertVariance(PathMuVariance(sigma), StandardErrors, "the pathwise estimator by mu");
        estimators.ScoreMu.AssertVariance(ScoreMuVariance(sigma, latent), StandardErrors, "the score-function estimator by mu");
    }

    [Fact]
    public void The_table_of_the_chapter_is_what_is_measured()
    {
        var lines = new List<string>
        {
            "| by | sigma | gradient | pathwise: mean | variance | derived | score function: mean | variance | derived |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        };
        foreach (var sigma in SigmaValues)
        {
            var e = Estimators.Measure(sigma);
            lines.Add(Row("mu", sigma, 2 * Delta, e.PathMu, PathMuVariance(sigma), e.ScoreMu, ScoreMuVariance(sigma)));
        }

        foreach (var sigma in SigmaValues)
        {
            var e = Estimators.Measure(sigma);
            lines.Add(Row("logVar", sigma, sigma * sigma, e.PathLogVar, PathLogVarVariance(sigma), e.ScoreLogVar, ScoreLogVarVariance(sigma)));
        }

        MathChapter.AssertTable("06-reparameterization.md", "EstimatorVarianceTests", lines);
    }

    [Fact]
    public void The_table_of_latent_dimensions_is_what_is_measured()
    {
        const double sigma = 0.5;
        var lines = new List<string> { "| d | pathwise: variance | derived | score function: variance | derived |", "|--:|--:|--:|--:|--:|" };
        foreach (var latent in LatentValues)
        {
            var e = Estimators.Measure(sigma, latent);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"| {latent} | {e.PathMu.Variance:G6} | {PathMuVariance(sigma):G6} | {e.ScoreMu.Variance:G6} | {ScoreMuVariance(sigma, latent):G6} |"));
        }

        MathChapter.AssertTable("06-reparameterization.md", "EstimatorVarianceTests by latent dimension", lines);
    }

    // (6.13)
    private static double PathMuVariance(double sigma) => 4 * sigma * sigma;

    // (6.13)
    private static double PathLogVarVariance(double sigma) => Delta * Delta * sigma * sigma + 2 * Math.Pow(sigma, 4);

    // (6.15)
    private static double ScoreMuVariance(double sigma) => Math.Pow(Delta, 4) / (sigma * sigma) + 14 * Delta * Delta + 15 * sigma * sigma;

    // (6.16)
    private static double ScoreLogVarVariance(double sigma) =>
        Math.Pow(Delta, 4) / 2 + 15 * Delta * Delta * sigma * sigma + 18.5 * Math.Pow(sigma, 4);

    // (6.18), with the mean and the variance of the other dimensions' part of f
    private static double ScoreMuVariance(double sigma, int latent)
    {
        var mean = (latent - 1) * (Delta * Delta + sigma * sigma);
        var variance = (latent - 1) * (4 * Delta * Delta * sigma * sigma + 2 * Math.Pow(sigma, 4));
        return ScoreMuVariance(sigma) + (mean * mean + variance + 2 * mean * (Delta * Delta + 3 * sigma * sigma)) / (sigma * sigma);
    }

    private static string Row(
        string by, double sigma, double gradient, SampleMoments path, double pathVariance, SampleMoments score, double scoreVariance) =>
        string.Create(CultureInfo.InvariantCulture,
            $"| `{by}` | {sigma} | {gradient:G4} | {path.Mean:F4} | {path.Variance:G6} | {pathVariance:G6} "
            + $"| {score.Mean:F4} | {score.Variance:G6} | {scoreVariance:G6} |");

    /// <summary>Both estimators of the gradient by the first latent dimension's mu and logVar.</summary>
    private sealed record Estimators(SampleMoments PathMu, SampleMoments PathLogVar, SampleMoments ScoreMu, SampleMoments ScoreLogVar)
    {
        public static Estimators Measure(double sigma, int latent = 1)
        {
            var (mu, logVar, eps, z) =
                (Zeros<double>(Samples, latent), Zeros<double>(Samples, latent), Zeros<double>(Samples, latent), Zeros<double>(Samples, latent));
            var (dz, dMu, dLogVar) = (Zeros<double>(Samples, latent), Zeros<double>(Samples, latent), Zeros<double>(Samples, latent));
            mu.Flat.Fill(Mu);
            logVar.Flat.Fill(2 * Math.Log(sigma));
            new RandomSequence(6, 1, (uint)latent).FillNormal(eps.Flat);

            // The pathwise estimator is the code under test: f's derivative by the sample, sent back through the sample.
            Reparameterization.Forward(mu, logVar, eps, z);
            for (var i = 0; i < z.Flat.Length; i++) dz.Flat[i] = 2 * (z.Flat[i] - Target);
            Reparameterization.Backward(logVar, eps, dz, dMu, dLogVar);

            // The score-function estimator asks f for its value alone, and the density for its derivative: (6.14).
            var (scoreMu, scoreLogVar) = (new double[Samples], new double[Samples]);
            for (var i = 0; i < Samples; i++)
            {
                var f = 0.0;
                for (var j = 0; j < latent; j++) f += (z[i, j] - Target) * (z[i, j] - Target);
                var u = (z[i, 0] - Mu) / sigma;
                scoreMu[i] = f * u / sigma;
                scoreLogVar[i] = f * (u * u - 1) / 2;
            }

            return new Estimators(
                SampleMoments.Of(FirstColumn(dMu)), SampleMoments.Of(FirstColumn(dLogVar)), SampleMoments.Of(scoreMu), SampleMoments.Of(scoreLogVar));
        }

        private static double[] FirstColumn(Matrix<double> matrix) => [.. Enumerable.Range(0, matrix.Rows).Select(i => matrix[i, 0])];
    }
}
