// DeLong's variance, interval and paired test against pROC and a computation over all pairs, and what must hold whatever the scores.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class DeLongTests
{
    private const double Within = 1e-12;

    [Fact]
    public void Variances_are_those_over_all_pairs()
    {
        var rows = ReferenceData.Rows("scikit-learn.csv").ToArray();
        Assert.Equal(14, rows.Length);
        foreach (var row in rows)
        {
            var set = ReferenceData.Sets.Single(set => set.Name == row["set"]);
            var estimate = DeLong.Estimate(row["score"] == "first" ? set.First : set.Second, set.IsAnomaly);
            Assert.Equal(row.Number("auroc"), estimate.Auroc, Within);
            Assert.Equal(row.Number("variance"), estimate.Variance, Within);
        }
    }

    [Fact]
    public void Intervals_and_paired_tests_are_those_of_pROC()
    {
        var rows = ReferenceData.Rows("pROC.csv").ToArray();
        Assert.Equal(4, rows.Length);
        foreach (var row in rows)
        {
            var set = ReferenceData.Sets.Single(set => set.Name == row["set"]);
            var (first, second) = (DeLong.Estimate(set.First, set.IsAnomaly), DeLong.Estimate(set.Second, set.IsAnomaly));
            Assert.Equal(row.Number("auroc1"), first.Auroc, Within);
            Assert.Equal(row.Number("variance1"), first.Variance, Within);
            Assert.Equal(row.Number("variance2"), second.Variance, Within);
            // pROC cuts its interval at 1.
            Assert.Equal(row.Number("low1"), first.Auroc - first.HalfWidth95, Within);
            Assert.Equal(row.Number("high1"), Math.Min(1, first.Auroc + first.HalfWidth95), Within);

            var difference = DeLong.Compare(set.First, set.Second, set.IsAnomaly);
            Assert.Equal(row.Number("auroc1") - row.Number("auroc2"), difference.Difference, Within);
            Assert.Equal(row.Number("variance1") + row.Number("variance2") - 2 * row.Number("covariance"), difference.Variance, Within);
            Assert.Equal(row.Number("z"), difference.Z, Within);
            Assert.Equal(row.Number("p"), difference.P, Within);
        }
    }

    // By hand in docs/math/11-auc-roc.md: components 1/2, 1 of the anomalies and 1, 1/2 of the normal images.
    [Fact]
    public void The_example_of_the_chapter() =>
        Assert.Equal(new AurocEstimate(0.75, 0.125), DeLong.Estimate([.1f, .4f, .35f, .8f], [false, false, true, true]));

    [Fact]
    public void The_order_of_the_images_changes_no_bit()
    {
        var (set, random) = (ReferenceData.Sets.Single(set => set.Name == "fine"), new Random(20260201));
        var (estimate, difference) = (DeLong.Estimate(set.First, set.IsAnomaly), DeLong.Compare(set.First, set.Second, set.IsAnomaly));
        for (var round = 0; round < 20; round++)
        {
            int[] order = [.. Enumerable.Range(0, set.First.Length)];
            random.Shuffle(order);
            float[] first = [.. order.Select(i => set.First[i])], second = [.. order.Select(i => set.Second[i])];
            bool[] isAnomaly = [.. order.Select(i => set.IsAnomaly[i])];
            Assert.Equal(estimate, DeLong.Estimate(first, isAnomaly));
            Assert.Equal(difference, DeLong.Compare(first, second, isAnomaly));
        }
    }

    [Fact]
    public void The_area_is_that_of_Auroc_to_the_bit() => Assert.All(ReferenceData.Sets, set =>
        Assert.Equal(Auroc.Compute(set.First, set.IsAnomaly), DeLong.Estimate(set.First, set.IsAnomaly).Auroc));

    [Fact]
    public void A_score_does_not_differ_from_itself_and_the_order_of_two_is_their_sign()
    {
        foreach (var set in ReferenceData.Sets)
        {
            var same = DeLong.Compare(set.First, set.First, set.IsAnomaly);
            Assert.Equal((0, 0, 0, 1), (same.Difference, same.Variance, same.Z, same.P));
            var (one, other) = (DeLong.Compare(set.First, set.Second, set.IsAnomaly), DeLong.Compare(set.Second, set.First, set.IsAnomaly));
            Assert.Equal((one.Difference, one.Variance, one.P), (-other.Difference, other.Variance, other.P));
        }
    }

    [Fact]
    public void A_difference_without_variance_is_certain()
    {
        var difference = DeLong.Compare([1, 1, 2, 2], [2, 2, 1, 1], [false, false, true, true]);
        Assert.Equal((1, 0, double.PositiveInfinity, 0), (difference.Difference, difference.Variance, difference.Z, difference.P));
    }

    // Two normal distributions of equal width: the estimate scatters about the variance that it estimates.
    [Fact]
    public void The_interval_holds_the_true_area_about_95_times_of_100()
    {
        const int Rounds = 2000;
        const double Shift = 1;
        var trueArea = 1 - NormalDistribution.UpperTail(Shift / Math.Sqrt(2));
        var (random, inside) = (new Random(20260202), 0);
        bool[] isAnomaly = [.. Enumerable.Range(0, 250).Select(i => i < 50)];
        for (var round = 0; round < Rounds; round++)
        {
            float[] scores = [.. isAnomaly.Select(anomaly => (float)(Normal(random) + (anomaly ? Shift : 0)))];
            var estimate = DeLong.Estimate(scores, isAnomaly);
            if (Math.Abs(estimate.Auroc - trueArea) <= estimate.HalfWidth95) inside++;
        }

        // Four standard errors of the share are 0.019; with 50 anomalies the interval holds a little less than it promises.
        Assert.InRange((double)inside / Rounds, 0.925, 0.97);
    }

    [Theory]
    [InlineData(new[] { 1f, 2f, 3f }, new[] { true, false, false })]
    [InlineData(new[] { 1f, 2f, 3f }, new[] { true, true, false })]
    [InlineData(new[] { 1f, 2f, float.NaN, 3f }, new[] { true, true, false, false })]
    [InlineData(new[] { 1f, 2f, 3f }, new[] { true, true, false, false })]
    public void What_has_no_variance_is_refused(float[] scores, bool[] isAnomaly) =>
        Assert.Throws<ArgumentException>(() => DeLong.Estimate(scores, isAnomaly));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
