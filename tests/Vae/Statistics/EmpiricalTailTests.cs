// Tail probabilities against counting, and the surprise beyond the highest normal score.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class EmpiricalTailTests
{
    [Fact]
    public void The_p_value_counts_the_normal_scores_that_are_at_least_as_high()
    {
        float[] normal = [3, 1, 2, 2, 5];
        var tail = EmpiricalTail.Fit(normal);
        foreach (var score in new[] { float.NegativeInfinity, 0, 1, 1.5f, 2, 2.5f, 3, 4, 5, 6, float.PositiveInfinity })
            Assert.Equal((1.0 + normal.Count(other => other >= score)) / 6, tail.PValue(score));
        Assert.Equal(double.NaN, tail.PValue(float.NaN));
    }

    [Fact]
    public void The_surprise_is_the_negative_logarithm_of_p_and_then_the_exponential_tail()
    {
        // Of 1 .. 100 the threshold is the sixth highest, 95; five are above it, by 3 in the mean.
        var tail = EmpiricalTail.Fit([.. Enumerable.Range(1, 100).Select(i => (float)i)]);
        foreach (var score in new[] { 0f, 1, 50, 94.5f, 95 }) Assert.Equal(-Math.Log(tail.PValue(score)), tail.Surprise(score), 1e-6);
        foreach (var score in new[] { 95.5f, 99, 100, 200, 1e6f })
            Assert.Equal(Math.Log(101.0 / 6) + (score - 95) / 3, tail.Surprise(score), 1e-6 * tail.Surprise(score));
        Assert.Equal(float.NaN, tail.Surprise(float.NaN));
        Assert.Equal(float.PositiveInfinity, tail.Surprise(float.PositiveInfinity));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(500)]
    public void The_surprise_never_falls_as_the_score_rises(int count)
    {
        var normal = new float[count];
        new RandomSequence(8, 1, 0).FillNormal<float>(normal);
        // Ties, as scores on a coarse scale have them.
        for (var i = 0; i < count; i += 3) normal[i] = MathF.Round(normal[i]);
        var tail = EmpiricalTail.Fit(normal);
        var surprises = Enumerable.Range(-600, 1200).Select(i => tail.Surprise(i / 100f)).ToArray();
        for (var i = 1; i < surprises.Length; i++) Assert.True(surprises[i] >= surprises[i - 1], $"{surprises[i - 1]}, then {surprises[i]}");
        Assert.True(surprises[^1] > surprises[^2]);
    }

    [Fact]
    public void Many_equal_highest_scores_leave_a_tail_beyond_them()
    {
        var tail = EmpiricalTail.Fit([1, 2, .. Enumerable.Repeat(4f, 50)]);
        Assert.Equal(Math.Log(53.0 / 51) + 1, tail.Surprise(4), 1e-6);
        Assert.True(tail.Surprise(5) > tail.Surprise(4));
    }

    [Fact]
    public void Of_exchangeable_scores_a_part_a_has_a_p_value_of_at_most_a()
    {
        var (normal, others) = (new float[999], new float[20000]);
        new RandomSequence(9, 1, 0).FillNormal<float>(normal);
        new RandomSequence(9, 2, 0).FillNormal<float>(others);
        var tail = EmpiricalTail.Fit(normal);
        foreach (var level in new[] { 0.01, 0.05, 0.2 })
        {
            // The 999 drawn once make the part itself random, with a variance of a(1 - a)/1001; the 20 000 add a twentieth of it.
            var deviation = Math.Sqrt(1.05 * level * (1 - level) / 1001);
            Assert.Equal(level, others.Average(score => tail.PValue(score) <= level ? 1.0 : 0), 4 * deviation);
        }
    }

    [Fact]
    public void Normal_scores_without_a_tail_are_refused() => Assert.Multiple(
        () => Assert.Contains("all equal", Assert.Throws<ArgumentException>(() => EmpiricalTail.Fit([])).Message, StringComparison.Ordinal),
        () => Assert.Throws<ArgumentException>(() => EmpiricalTail.Fit([2, 2, 2])),
        () => Assert.Contains("score 1 is NaN", Assert.Throws<ArgumentException>(() => EmpiricalTail.Fit([1, float.NaN])).Message, StringComparison.Ordinal));
}
