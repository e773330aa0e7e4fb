// The analysis says what the numbers say, also where they contradict what everybody knows.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public sealed class TradeOffTests
{
    private static readonly int[] Latents = [2, 8, 16, 32];
    private static readonly double[] Betas = [0.1, 1, 5, 10];

    // A grid whose figures are functions of its axes' indices, 0 to 3.
    private static IReadOnlyList<Finding> Analyze(
        Func<int, int, double> auroc, Func<int, int, double>? mse = null, Func<int, int, double>? kl = null, Func<int, int, double>? active = null) =>
        TradeOff.Analyze([.. from l in Enumerable.Range(0, 4)
                             from b in Enumerable.Range(0, 4)
                             select new GridCell(Latents[l], Betas[b], new() { ["mse"] = auroc(l, b) }, 0.019, mse?.Invoke(l, b) ?? 0.02, 250,
                                 kl?.Invoke(l, b) ?? 10, active?.Invoke(l, b) ?? 2, null)]);

    private static Verdict? Of(IReadOnlyList<Finding> findings, string topic) => findings.Single(finding => finding.Topic == topic).Verdict;

    [Theory]
    [InlineData(0.02, Verdict.Holds)]
    [InlineData(0.005, Verdict.NotDecided)]
    [InlineData(-0.005, Verdict.NotDecided)]
    [InlineData(-0.02, Verdict.Contradicted)]
    public void High_beta_detects_better_only_beyond_noise(double step, Verdict expected)
    {
        var findings = Analyze((_, b) => 0.7 + step * b);
        Assert.Equal(expected, Of(findings, "Detection and beta"));
        var text = findings.Single(finding => finding.Topic == "Detection and beta").Text;
        Assert.Contains(expected == Verdict.NotDecided ? "within noise (+-0.019)" : "beyond noise (+-0.019)", text, StringComparison.Ordinal);
    }

    // Two classes, whose mean gains .05. Where both gain nearly that, it is sure; where one gains .1 and the other nothing, Student's interval of two pairs is
    // 12.706 times .05, though the test images alone would leave +-.013.
    [Theory]
    [InlineData(0.0501, 0.0499, Verdict.Holds, "changes by +0.050, beyond noise (+-0.001)")]
    [InlineData(0.1, 0.0, Verdict.NotDecided, "changes by +0.050, within noise (+-0.635)")]
    public void Means_over_classes_differ_only_if_the_classes_agree(double first, double second, Verdict expected, string text)
    {
        GridCell Cell(int latent, double beta, double auroc) => new(latent, beta, new() { ["mse"] = auroc }, 0.019, 0.02, 250, 10, 2, null);
        var findings = TradeOff.Analyze([.. from latent in Latents from beta in new[] { 1.0, 10 }
                                            let gain = beta == 10 ? 1 : 0
                                            select GridCell.Mean([Cell(latent, beta, 0.6 + gain * first), Cell(latent, beta, 0.8 + gain * second)])]);
        Assert.Equal(expected, Of(findings, "Detection and beta"));
        Assert.Contains(text, findings.Single(finding => finding.Topic == "Detection and beta").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Latent_dimensions_that_disagree_decide_nothing() =>
        Assert.Equal(Verdict.NotDecided, Of(Analyze((l, b) => l == 0 ? 0.7 - 0.02 * b : 0.7 + 0.05 * b), "Detection and beta"));

    [Theory]
    [InlineData(new[] { 0.70, 0.75, 0.74, 0.70 }, Verdict.Holds)]
    [InlineData(new[] { 0.75, 0.70, 0.69, 0.68 }, Verdict.Contradicted)]
    [InlineData(new[] { 0.60, 0.65, 0.70, 0.75 }, Verdict.Contradicted)]
    [InlineData(new[] { 0.74, 0.75, 0.75, 0.70 }, Verdict.NotDecided)]
    public void A_moderate_latent_dimension_is_best_only_beyond_noise(double[] auroc, Verdict expected) =>
        Assert.Equal(expected, Of(Analyze((l, _) => auroc[l]), "Detection and latent dimension"));

    [Theory]
    [InlineData(0.01, Verdict.Holds)]
    [InlineData(0, Verdict.NotDecided)]
    [InlineData(-0.004, Verdict.Contradicted)]
    public void Reconstruction_moves_with_beta_as_it_does(double step, Verdict expected) =>
        Assert.Equal(expected, Of(Analyze((_, _) => 0.7, mse: (_, b) => 0.02 + step * b), "Reconstruction and beta"));

    [Fact]
    public void Collapsed_models_are_named()
    {
        var text = Analyze((_, _) => 0.7, active: (l, b) => l == 0 && b == 3 ? 0 : 2).Single(finding => finding.Topic == "Posterior collapse").Text;
        Assert.Contains("latent 2, beta 10 (posterior collapse)", text, StringComparison.Ordinal);
    }

    // Over cells that share their settings a correlation decides nothing.
    [Theory]
    [InlineData(1, "is 1.00. ")]
    [InlineData(-1, "is -1.00. ")]
    public void Reconstruction_and_detection_are_correlated_by_ranks(int sign, string expected)
    {
        var finding = Analyze((l, b) => 0.7 + 0.001 * (4 * l + b), mse: (l, b) => Math.Exp(sign * (4 * l + b))).Single(finding => finding.Topic == "Reconstruction and detection");
        Assert.Contains(expected, finding.Text, StringComparison.Ordinal);
        Assert.Null(finding.Verdict);
    }

    [Fact]
    public void A_single_cell_has_nothing_to_compare()
    {
        var findings = TradeOff.Analyze([new GridCell(2, 1, new() { ["mse"] = 0.7 }, 0.019, 0.02, 250, 10, 2, null)]);
        Assert.Equal(["Posterior collapse", "Best cell"], findings.Select(finding => finding.Topic));
    }

    // The figures that the literature gives for 1 000 anomalies among 10 000 images.
    [Theory]
    [InlineData(0.70, 0.019)]
    [InlineData(0.90, 0.013)]
    public void The_interval_is_that_of_Hanley_and_McNeil(double auroc, double expected) =>
        Assert.Equal(expected, AurocInterval.HalfWidth95(auroc, 1000, 9000), 0.0007);

    [Fact]
    public void The_interval_vanishes_at_both_ends_and_is_symmetric_for_equal_numbers()
    {
        Assert.Equal(0, AurocInterval.HalfWidth95(1, 10, 20));
        Assert.Equal(AurocInterval.HalfWidth95(0.3, 50, 50), AurocInterval.HalfWidth95(0.7, 50, 50), 1e-12);
    }

    [Fact]
    public void Rank_correlation_shares_ranks_among_ties()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 30], [-1, 0, 5]), 1e-12);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 30], [5, 0, -1]), 1e-12);
        Assert.Equal(Math.Sqrt(0.75), RankCorrelation.Spearman([1, 1, 2], [1, 2, 3]), 1e-12);
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 1], [1, 2])));
    }
}
