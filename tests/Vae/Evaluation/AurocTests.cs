// Auroc against hand-made cases, the O(n²) definition over pairs, and the symmetries the definition implies.
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public class AurocTests
{
    [Theory]
    [InlineData(new[] { 1f, 2f, 3f, 4f }, new[] { false, false, true, true }, 1.0)]
    [InlineData(new[] { 1f, 2f, 3f, 4f }, new[] { true, true, false, false }, 0.0)]
    [InlineData(new[] { 5f, 5f, 5f, 5f }, new[] { true, false, true, false }, 0.5)]
    // Of the four pairs, .8 beats both normals and .35 beats one.
    [InlineData(new[] { .1f, .4f, .35f, .8f }, new[] { false, false, true, true }, 0.75)]
    // One anomaly: two normals below, one tied, one above.
    [InlineData(new[] { 1f, 2f, 3f, 3f, 4f }, new[] { false, false, true, false, false }, 2.5 / 4)]
    // One normal: one anomaly above, one tied, one below.
    [InlineData(new[] { 7f, 6f, 6f, 1f }, new[] { true, true, false, true }, 1.5 / 3)]
    [InlineData(new[] { float.NegativeInfinity, 0f, float.PositiveInfinity }, new[] { false, false, true }, 1.0)]
    [InlineData(new[] { float.PositiveInfinity, float.PositiveInfinity }, new[] { false, true }, 0.5)]
    [InlineData(new[] { float.NegativeInfinity, float.MinValue }, new[] { true, false }, 0.0)]
    [InlineData(new[] { -0f, 0f }, new[] { true, false }, 0.5)]
    [InlineData(new[] { 0f, -0f, 0f, -0f }, new[] { true, false, false, true }, 0.5)]
    [InlineData(new[] { float.Epsilon, 0f }, new[] { true, false }, 1.0)]
    public void Known_cases(float[] scores, bool[] isAnomaly, double expected) => Assert.Equal(expected, Auroc.Compute(scores, isAnomaly));

    [Fact]
    public void Equals_the_definition_over_all_pairs_with_many_ties()
    {
        var random = new Random(20260101);
        for (int round = 0; round < 2000; round++)
        {
            (float[] scores, bool[] isAnomaly) = Draw(random, length: random.Next(2, 60), distinct: random.Next(1, 20));
            Assert.Equal(OverAllPairs(scores, isAnomaly), Auroc.Compute(scores, isAnomaly));
        }
    }

    [Fact]
    public void Equals_the_definition_on_a_thousand_anomalies_among_nine_thousand_normals()
    {
        var random = new Random(20260102);
        (float[] scores, _) = Draw(random, length: 10_000, distinct: 3000);
        bool[] isAnomaly = new bool[scores.Length];
        isAnomaly.AsSpan(0, 1000).Fill(true);
        random.Shuffle(isAnomaly);

        Assert.Equal(OverAllPairs(scores, isAnomaly), Auroc.Compute(scores, isAnomaly));
    }

    [Fact]
    public void The_order_of_the_observations_does_not_matter()
    {
        var random = new Random(20260103);
        (float[] scores, bool[] isAnomaly) = Draw(random, length: 500, distinct: 40);
        double expected = Auroc.Compute(scores, isAnomaly);
        for (int round = 0; round < 50; round++)
        {
            int[] order = [.. Enumerable.Range(0, scores.Length)];
            random.Shuffle(order);
            Assert.Equal(expected, Auroc.Compute([.. order.Select(i => scores[i])], [.. order.Select(i => isAnomaly[i])]));
        }
    }

    [Fact]
    public void A_strictly_increasing_transform_of_the_scores_does_not_matter()
    {
        (float[] scores, bool[] isAnomaly) = Draw(new Random(20260104), length: 500, distinct: 40);
        double expected = Auroc.Compute(scores, isAnomaly);
        Assert.Equal(expected, Auroc.Compute([.. scores.Select(s => 8 * s - 3)], isAnomaly));
        Assert.Equal(expected, Auroc.Compute([.. scores.Select(s => MathF.Exp(s / 4))], isAnomaly));
    }

    [Fact]
    public void Negated_scores_or_negated_labels_give_the_complement()
    {
        var random = new Random(20260105);
        for (int round = 0; round < 200; round++)
        {
            (float[] scores, bool[] isAnomaly) = Draw(random, length: random.Next(2, 200), distinct: 15);
            double auroc = Auroc.Compute(scores, isAnomaly);
            Assert.Equal(1 - auroc, Auroc.Compute([.. scores.Select(s => -s)], isAnomaly), 1e-15);
            Assert.Equal(1 - auroc, Auroc.Compute(scores, [.. isAnomaly.Select(a => !a)]), 1e-15);
        }
    }

    [Fact]
    public void Pairs_are_counted_beyond_32_bits()
    {
        // 10^5 x 10^5 = 10^10 pairs, with exactly one tie: the lowest anomaly has the score of the highest normal.
        const int Each = 100_000;
        float[] scores = new float[2 * Each];
        bool[] isAnomaly = new bool[2 * Each];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = i < Each ? i : i - 1;
            isAnomaly[i] = i >= Each;
        }

        Assert.Equal(1 - 0.5 / 1e10, Auroc.Compute(scores, isAnomaly));
    }

    [Fact]
    public void The_arguments_are_left_as_they_were()
    {
        float[] scores = [3, 1, 2];
        bool[] isAnomaly = [true, false, true];
        Auroc.Compute(scores, isAnomaly);
        Assert.Equal([3f, 1f, 2f], scores);
        Assert.Equal([true, false, true], isAnomaly);
    }

    [Fact]
    public void NaN_is_refused_with_its_index()
    {
        var error = Assert.Throws<ArgumentException>(() => Auroc.Compute([0, 1, float.NaN, 2], [true, false, false, true]));
        Assert.Contains("index 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_differ_are_refused() =>
        Assert.Throws<ArgumentException>(() => Auroc.Compute([0, 1, 2], [true, false]));

    [Theory]
    [InlineData(new float[0], new bool[0])]
    [InlineData(new[] { 1f, 2f }, new[] { true, true })]
    [InlineData(new[] { 1f, 2f }, new[] { false, false })]
    public void One_class_alone_is_refused(float[] scores, bool[] isAnomaly) =>
        Assert.Throws<ArgumentException>(() => Auroc.Compute(scores, isAnomaly));

    // Both classes are always present; few distinct values make many ties.
    private static (float[] Scores, bool[] IsAnomaly) Draw(Random random, int length, int distinct)
    {
        float[] scores = new float[length];
        bool[] isAnomaly = new bool[length];
        for (int i = 0; i < length; i++)
        {
            scores[i] = (random.Next(distinct) - distinct / 2) * 0.25f;
            isAnomaly[i] = i == 0 || (i != 1 && random.Next(3) == 0);
        }

        return (scores, isAnomaly);
    }

    internal static double OverAllPairs(float[] scores, bool[] isAnomaly)
    {
        double won = 0;
        long pairs = 0;
        for (int a = 0; a < scores.Length; a++)
        {
            if (!isAnomaly[a]) continue;
            for (int n = 0; n < scores.Length; n++)
            {
                if (isAnomaly[n]) continue;
                pairs++;
                if (scores[a] > scores[n]) won += 1;
                else if (scores[a] == scores[n]) won += 0.5;
            }
        }

        return won / pairs;
    }
}
