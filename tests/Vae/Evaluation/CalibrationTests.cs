// The promise of a threshold from normal scores alone: exactly on every order of a few images, and in the mean over many draws.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class CalibrationTests
{
    [Theory]
    [InlineData(19, 0.05, 19)]
    [InlineData(38, 0.05, 38)]
    [InlineData(39, 0.05, 38)]
    [InlineData(99, 0.05, 95)]
    [InlineData(99, 0.01, 99)]
    [InlineData(100, 0.05, 96)]
    [InlineData(4000, 0.05, 3801)]
    [InlineData(1, 0.5, 1)]
    [InlineData(9, 0.99, 1)]
    // Products that are rounded past a whole number: 100·0.29 to below 29, 100·(1 - 0.07) to below 93.
    [InlineData(99, 0.29, 71)]
    [InlineData(99, 0.07, 93)]
    public void The_threshold_is_the_score_of_the_conformal_rank(int m, double alpha, int rank)
    {
        float[] scores = [.. Enumerable.Range(1, m).Reverse().Select(i => (float)i)];
        var calibration = Calibration.From("mse", scores, alpha);
        Assert.Equal(rank, calibration.Threshold);
        Assert.Equal(scores.Order(), calibration.Scores);
        Assert.Equal(m, scores[0]);
    }

    [Fact]
    public void The_p_value_counts_scores_as_high_or_higher()
    {
        var calibration = Calibration.From("mse", [2, 1, 2, 3], 0.5);
        Assert.Equal([1, 1, 4 / 5.0, 4 / 5.0, 2 / 5.0, 2 / 5.0, 1 / 5.0], new[] { 0, 1, 1.5f, 2, 2.5f, 3, 3.5f }.Select(calibration.PValue));
        Assert.Throws<ArgumentException>(() => calibration.PValue(float.NaN));
    }

    // m + 1 images in every order: the last is the new one. Without ties exactly floor(alpha·(m + 1)) of m + 1 orders end in an alarm.
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.34)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Over_all_orders_of_different_scores_the_rate_is_exactly_the_promised_one(double alpha)
    {
        foreach (var count in new[] { 5, 6, 7 })
        {
            var (alarms, orders) = CountAlarms([.. Enumerable.Range(0, count).Select(i => (float)i)], alpha);
            Assert.Equal(Math.Floor(alpha * count) / count, (double)alarms / orders, 1e-12);
        }
    }

    [Theory]
    [InlineData(new[] { 1f, 1, 1, 1, 1, 1 }, 0)]
    [InlineData(new[] { 1f, 1, 1, 2, 2, 2 }, 0)]
    [InlineData(new[] { 1f, 1, 1, 1, 2, 2 }, 2 / 6.0)]
    [InlineData(new[] { 1f, 2, 2, 2, 2, 3 }, 1 / 6.0)]
    public void Over_all_orders_of_tied_scores_the_rate_is_at_most_the_promised_one(float[] scores, double expected)
    {
        var (alarms, orders) = CountAlarms(scores, alpha: 0.34);
        Assert.Equal(expected, (double)alarms / orders, 1e-12);
    }

    // One new image each time, so that the draws are independent and the count binomial.
    [Theory]
    [InlineData(39, 0.05, 2 / 40.0)]
    [InlineData(199, 0.05, 10 / 200.0)]
    [InlineData(50, 0.1, 5 / 51.0)]
    public void Over_many_draws_the_rate_is_within_its_binomial_bound(int m, double alpha, double rate)
    {
        const int Draws = 20_000;
        var (random, alarms, low) = (new Random(20260301), 0, 0);
        var scores = new float[m];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var i = 0; i < m; i++) scores[i] = Skewed(random);
            var calibration = Calibration.From("mse", scores, alpha);
            var score = Skewed(random);
            if (calibration.IsAlarm(score)) alarms++;
            if (calibration.PValue(score) <= alpha) low++;
        }

        var fourStandardErrors = 4 * Math.Sqrt(rate * (1 - rate) / Draws);
        Assert.InRange((double)alarms / Draws, rate - fourStandardErrors, rate + fourStandardErrors);
        Assert.Equal(alarms, low);
    }

    [Fact]
    public void An_alarm_is_a_p_value_of_alpha_or_less_also_where_scores_tie()
    {
        var random = new Random(20260302);
        for (var round = 0; round < 500; round++)
        {
            float[] scores = [.. Enumerable.Range(0, random.Next(19, 130)).Select(_ => (float)random.Next(30))];
            var calibration = Calibration.From("mse", scores, random.Next(6, 100) / 100.0);
            for (var score = -1f; score <= 31; score += 0.5f) Assert.Equal(calibration.PValue(score) <= calibration.Alpha, calibration.IsAlarm(score));
        }
    }

    [Theory]
    [InlineData(0.05, 19)]
    [InlineData(0.01, 99)]
    [InlineData(0.1, 9)]
    [InlineData(0.3, 3)]
    [InlineData(0.001, 999)]
    [InlineData(0.5, 1)]
    [InlineData(0.9, 1)]
    public void Too_few_scores_are_refused_with_the_number_needed(double alpha, int needed)
    {
        Assert.Equal(needed, Calibration.FewestScores(alpha));
        Assert.NotNull(Calibration.From("mse", new float[needed], alpha));
        var error = Assert.Throws<ArgumentException>(() => Calibration.From("mse", new float[needed - 1], alpha));
        Assert.Contains($"at least {needed}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.05)]
    [InlineData(double.NaN)]
    public void What_is_no_rate_is_refused(double alpha) => Assert.Throws<ArgumentException>(() => Calibration.From("mse", new float[100], alpha));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_score_is_refused_with_its_index(float value)
    {
        var scores = new float[30];
        scores[7] = value;
        Assert.Contains("index 7", Assert.Throws<ArgumentException>(() => Calibration.From("mse", scores)).Message, StringComparison.Ordinal);
    }

    private static float Skewed(Random random) => (float)-Math.Log(1 - random.NextDouble());

    private static (int Alarms, int Orders) CountAlarms(float[] scores, double alpha)
    {
        var (alarms, orders) = (0, 0);
        foreach (var order in Orders(scores))
        {
            orders++;
            if (Calibration.From("mse", order.AsSpan(..^1), alpha).IsAlarm(order[^1])) alarms++;
        }

        return (alarms, orders);
    }

    private static IEnumerable<float[]> Orders(float[] items) => items.Length <= 1
        ? [items]
        : Enumerable.Range(0, items.Length).SelectMany(i => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (float[])[items[i], .. rest]));
}
