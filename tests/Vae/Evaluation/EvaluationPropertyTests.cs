// What evaluation computes fast against its definitions, which take all pairs or all thresholds, on scores drawn at random with many ties.
using CsCheck;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class EvaluationPropertyTests
{
    private const double Within = 1e-12;

    // Two scores and the truth of each image, two images of either kind at least; from scores that are all alike to scores that all differ.
    private static readonly Gen<(float First, float Second, bool IsAnomaly)[]> Images =
        from distinct in Gen.Int[1, 60]
        from images in Gen.Select(Gen.Int[1, distinct], Gen.Int[1, distinct], Gen.Bool).Array[4, 90]
        select images.Select((image, i) => (0.25f * image.Item1, MathF.Pow(image.Item2, 3), i < 4 ? i < 2 : image.Item3)).ToArray();

    private static (float[] First, float[] Second, bool[] IsAnomaly) Columns((float First, float Second, bool IsAnomaly)[] images) =>
        ([.. images.Select(image => image.First)], [.. images.Select(image => image.Second)], [.. images.Select(image => image.IsAnomaly)]);

    [Fact]
    public void The_area_is_the_share_of_pairs_in_order() => Images.Sample(images =>
    {
        var (scores, _, truth) = Columns(images);
        Assert.Equal(AurocTests.OverAllPairs(scores, truth), Auroc.Compute(scores, truth));
    }, iter: 1000);

    [Fact]
    public void DeLongs_variances_are_those_of_the_components_of_all_pairs() => Images.Sample(images =>
    {
        var (first, second, truth) = Columns(images);
        var (one, other) = (Components(first, truth), Components(second, truth));
        Assert.Equal(one.Variance(), DeLong.Estimate(first, truth).Variance, Within);
        var difference = DeLong.Compare(first, second, truth);
        Assert.Equal(one.Anomalies.Average() - other.Anomalies.Average(), difference.Difference, Within);
        Assert.Equal(new PairComponents(Less(one.Anomalies, other.Anomalies), Less(one.Normals, other.Normals)).Variance(), difference.Variance, Within);
    }, iter: 1000);

    [Fact]
    public void Average_precision_and_operating_points_are_those_of_every_threshold() => Gen.Select(Images, Gen.Int[0, 20]).Sample((images, twentieths) =>
    {
        var (scores, _, truth) = Columns(images);
        var curve = RocCurve.Of(scores, truth);
        var (rate, recallBefore, precision) = (twentieths / 20.0, 0.0, 0.0);
        var (lowestFalse, highestTrue) = (double.PositiveInfinity, 0.0);
        // Above every score nothing is called anomalous.
        foreach (var threshold in scores.Append(float.PositiveInfinity).Distinct().OrderDescending())
        {
            var called = images.Where(image => image.First >= threshold).ToArray();
            double found = called.Count(image => image.IsAnomaly), alarms = called.Length - found;
            var (truePositives, falsePositives) = (found / truth.Count(true), alarms / truth.Count(false));
            if (called.Length > 0) precision += (truePositives - recallBefore) * found / called.Length;
            recallBefore = truePositives;
            if (truePositives >= rate) lowestFalse = Math.Min(lowestFalse, falsePositives);
            if (falsePositives <= rate) highestTrue = Math.Max(highestTrue, truePositives);
        }

        Assert.Equal(precision, AveragePrecision.Compute(curve), Within);
        Assert.Equal(lowestFalse, OperatingPoints.FalsePositiveRateAt(curve, rate));
        Assert.Equal(highestTrue, OperatingPoints.TruePositiveRateAt(curve, rate));
    }, iter: 1000);

    [Fact]
    public void Conformal_p_values_count_and_the_threshold_is_where_they_reach_alpha() =>
        Gen.Select(Gen.Int[0, 30].Array[1, 80], Gen.Int[1, 40], Gen.Int[-1, 31]).Sample((numbers, parts, at) =>
        {
            float[] scores = [.. numbers.Select(number => number / 4f)];
            var (alpha, score) = (1.0 / parts, at / 4f);
            // The k-th highest is the threshold, where k is the whole part of (m + 1)/parts; none if that is 0, and a rate of 1 is none.
            var allowed = (scores.Length + 1) / parts;
            if (allowed == 0 || parts == 1)
            {
                Assert.Throws<ArgumentException>(() => Calibration.From("mse", scores, alpha));
                return;
            }

            var calibration = Calibration.From("mse", scores, alpha);
            Assert.Equal(scores.OrderDescending().ElementAt(allowed - 1), calibration.Threshold);
            Assert.Equal((1.0 + scores.Count(other => other >= score)) / (scores.Length + 1), calibration.PValue(score));
            Assert.Equal(calibration.PValue(score) <= alpha, calibration.IsAlarm(score));
            Assert.InRange(scores.Length, Calibration.FewestScores(alpha), int.MaxValue);
        }, iter: 2000);

    [Fact]
    public void The_rank_correlation_of_different_values_is_that_of_Spearmans_sum_of_squares() =>
        Gen.Select(Gen.Double.Unit.Array[2, 40], Gen.Int[0, 1000]).Where((x, _) => x.Distinct().Count() == x.Length).Sample((x, turn) =>
        {
            // The same values in another order.
            double[] y = [.. x.OrderBy(value => (value * (turn + 1)) % 0.37)];
            double n = x.Length, squares = x.Zip(y, (a, b) => Math.Pow(x.Count(value => value < a) - y.Count(value => value < b), 2)).Sum();
            Assert.Equal(1 - 6 * squares / (n * (n * n - 1)), RankCorrelation.Spearman(x, y), Within);
            Assert.Equal(1, RankCorrelation.Spearman(x, [.. x.Select(value => Math.Exp(3 * value))]), Within);
        }, iter: 500);

    // For each anomaly the share of normal images below it, and for each normal image the share of anomalies above it, ties counting one half.
    private static PairComponents Components(float[] scores, bool[] truth)
    {
        float[] anomalies = [.. scores.Where((_, i) => truth[i])], normals = [.. scores.Where((_, i) => !truth[i])];
        return new(
            [.. anomalies.Select(a => normals.Average(n => Order(a, n)))], [.. normals.Select(n => anomalies.Average(a => Order(a, n)))]);

        static double Order(float a, float n) => a > n ? 1 : a == n ? 0.5 : 0;
    }

    private static double[] Less(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private sealed record PairComponents(double[] Anomalies, double[] Normals)
    {
        public double Variance() => SampleVariance(Anomalies) / Anomalies.Length + SampleVariance(Normals) / Normals.Length;

        private static double SampleVariance(double[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);
    }
}
