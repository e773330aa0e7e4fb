// What the statistics say to arguments that mean nothing: one sentence each, and no figure.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests;

public class EvaluationArgumentTests
{
    private static readonly float[] TwoScores = [1, 2];
    private static readonly RocCurve Curve = RocCurve.Of(TwoScores, [false, true]);

    [Fact]
    public void What_is_missing_is_named()
    {
        Missing("curve", () => Auroc.Compute(null!));
        Missing("curve", () => AveragePrecision.Compute(null!));
        Missing("curve", () => OperatingPoints.FalsePositiveRateAt(null!, 0.5));
        Missing("curve", () => OperatingPoints.TruePositiveRateAt(null!, 0.5));
        Missing("differences", () => PairedDifference.Of(null!));
        Missing("x", () => RankCorrelation.Spearman(null!, [1]));
        Missing("y", () => RankCorrelation.Spearman([1], null!));
        Missing("score", () => Calibration.From(null!, new float[100]));
        Assert.Equal("score", Assert.Throws<ArgumentException>(() => Calibration.From("", new float[100])).ParamName);
    }

    [Fact]
    public void What_does_not_fit_is_told_in_a_sentence()
    {
        var (mu, calibration) = (new Matrix<float>(3, 2), Calibration.From("mse", new float[100]));
        Refused("There are 2 scores but 1 labels", () => RocCurve.Of(TwoScores, [true]));
        Refused("there are 2 anomalies and 0 normal images", () => RocCurve.Of(TwoScores, [true, true]));
        Refused("A variance needs two of either kind; there are 1 anomalies and 1 normal images", () => DeLong.Estimate(TwoScores, [false, true]));
        Refused("The false-alarm rate is 0; expected one between 0 and 1", () => Calibration.From("mse", new float[100], 0));
        Refused("no p-value", () => calibration.PValue(float.NaN));
        Refused("There are 1 and 2 values; expected pairs", () => RankCorrelation.Spearman([1], [1, 2]));
        Refused("There is no pair to compare", () => PairedDifference.Of([]));
        Refused("expected [3, 2]", () => LatentUsage.Of(mu, mu.Transposed, [false, false, true]));
        Refused("There are 2 labels of 3 images", () => LatentUsage.Of(mu, mu, [false, true]));
        Refused("There is no normal image", () => LatentUsage.Of(mu, mu, [true, true, true]));
        foreach (var rate in new[] { -0.1, 1.1, double.NaN })
        {
            Refused("A rate is from 0 to 1", () => OperatingPoints.FalsePositiveRateAt(Curve, rate));
            Refused("A rate is from 0 to 1", () => OperatingPoints.TruePositiveRateAt(Curve, rate));
        }
    }

    [Fact]
    public void A_threshold_of_minus_zero_is_the_zero_that_it_ties_with() =>
        Assert.False(float.IsNegative(RocCurve.Of([-0f, 1], [false, true]).Points[^1].Threshold));

    private static void Missing(string name, Action act) => Assert.Equal(name, Assert.Throws<ArgumentNullException>(act).ParamName);

    private static void Refused(string sentence, Action act) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
