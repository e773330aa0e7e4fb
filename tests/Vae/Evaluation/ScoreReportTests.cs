// Average precision and operating points against scikit-learn and by hand, and the report that is made of them.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class ScoreReportTests
{
    private const double Within = 1e-12;

    [Fact]
    public void The_figures_are_those_of_scikit_learn()
    {
        foreach (var row in ReferenceData.Rows("scikit-learn.csv"))
        {
            var set = ReferenceData.Sets.Single(set => set.Name == row["set"]);
            var report = ScoreReport.From(row["score"] == "first" ? set.First : set.Second, set.IsAnomaly);
            Assert.Equal(row.Number("auroc"), report.Auroc, Within);
            Assert.Equal(NormalDistribution.Quantile975 * Math.Sqrt(row.Number("variance")), report.Interval95!.Value, Within);
            Assert.Equal(row.Number("averagePrecision"), report.Auprc!.Value, Within);
            Assert.Equal(row.Number("fprAt95Tpr"), report.FprAt95Tpr);
            Assert.Equal(row.Number("tprAt5Fpr"), report.TprAt5Fpr);
        }
    }

    [Fact]
    public void It_is_compared_with_the_mean_squared_error_of_the_same_images_as_by_pROC()
    {
        foreach (var row in ReferenceData.Rows("pROC.csv"))
        {
            var set = ReferenceData.Sets.Single(set => set.Name == row["set"]);
            var less = ScoreReport.From(set.First, set.IsAnomaly, set.Second).LessMse!;
            Assert.Equal(row.Number("auroc1") - row.Number("auroc2"), less.Difference, Within);
            var variance = row.Number("variance1") + row.Number("variance2") - 2 * row.Number("covariance");
            Assert.Equal(NormalDistribution.Quantile975 * Math.Sqrt(variance), less.Interval95, Within);
            Assert.Equal(row.Number("p"), less.P, Within);
        }

        Assert.Null(ScoreReport.From([1, 2, 3], [false, true, false], [1, 2, 3]).LessMse);
    }

    // Scores 4 (anomaly), 3 (normal), 2 (anomaly and normal), 1 (normal): precision 1 at recall 1/2, then 2/4 at recall 1.
    private static RocCurve ByHand() => RocCurve.Of([3, 4, 2, 1, 2], [false, true, true, false, false]);

    [Fact]
    public void Tied_scores_are_one_step_of_the_curve()
    {
        Assert.Equal([new(4, 1, 0), new(3, 1, 1), new(2, 2, 2), new(1, 2, 3)], ByHand().Points);
        Assert.Equal(0.75, AveragePrecision.Compute(ByHand()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(0.51, 2 / 3.0)]
    [InlineData(1, 2 / 3.0)]
    public void The_false_positive_rate_is_the_smallest_that_finds_enough(double truePositiveRate, double expected) =>
        Assert.Equal(expected, OperatingPoints.FalsePositiveRateAt(ByHand(), truePositiveRate));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.66, 0.5)]
    [InlineData(2 / 3.0, 1)]
    [InlineData(1, 1)]
    public void The_true_positive_rate_is_the_largest_that_costs_little_enough(double falsePositiveRate, double expected) =>
        Assert.Equal(expected, OperatingPoints.TruePositiveRateAt(ByHand(), falsePositiveRate));

    [Fact]
    public void A_rate_that_the_counts_meet_exactly_is_met()
    {
        // A threshold finds exactly 19 of 20 anomalies for exactly 1 of 20 normal images, whatever 0.95 and 0.05 are in binary.
        for (var size = 20; size <= 2000; size += 20)
        {
            var (scores, isAnomaly) = (new float[2 * size], new bool[2 * size]);
            for (var i = 0; i < size; i++)
            {
                isAnomaly[i] = true;
                scores[i] = i < size / 20 ? 0 : 3;
                scores[size + i] = i < size / 20 ? 4 : 1;
            }

            var report = ScoreReport.From(scores, isAnomaly);
            Assert.Equal((0.05, 0.95), (report.FprAt95Tpr, report.TprAt5Fpr));

            // One false positive more is too many, and one anomaly less too few.
            scores[^1] = 4;
            Assert.Equal(0, ScoreReport.From(scores, isAnomaly).TprAt5Fpr);
            scores[size - 1] = 0;
            Assert.Equal(1, ScoreReport.From(scores, isAnomaly).FprAt95Tpr);
        }
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void What_is_no_rate_is_refused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OperatingPoints.FalsePositiveRateAt(ByHand(), rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => OperatingPoints.TruePositiveRateAt(ByHand(), rate));
    }

    [Fact]
    public void The_order_of_the_images_changes_no_bit()
    {
        var random = new Random(20260203);
        foreach (var set in ReferenceData.Sets)
        {
            int[] order = [.. Enumerable.Range(0, set.First.Length)];
            random.Shuffle(order);
            Assert.Equal(ScoreReport.From(set.Second, set.IsAnomaly),
                ScoreReport.From([.. order.Select(i => set.Second[i])], [.. order.Select(i => set.IsAnomaly[i])]));
        }
    }

    [Fact]
    public void A_single_anomaly_has_an_area_and_no_interval()
    {
        var report = ScoreReport.From([1, 2, 3], [false, true, false]);
        Assert.Equal((0.5, null), (report.Auroc, report.Interval95));
    }
}
