// The relative distance, against double loops.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class RelativeNeighboursTests
{
    private const int K = RelativeNeighbours.K;

    [Theory]
    [InlineData(1)] // No reference has a double.
    [InlineData(3)] // Some have fewer than k: the others count, at distance 0, and the reference itself does not.
    [InlineData(9)] // Some have more than k, so that not all of them find themselves among their nearest.
    public void The_score_is_the_log_of_the_distance_less_half_that_of_the_neighbours(int copies)
    {
        var (references, rows) = (Random(60, 3, 1), Random(20, 3, 2));
        for (var i = 1; i < copies; i++) references.Row(10).CopyTo(references.Row(10 + 5 * i));
        var scores = Compute(references, rows);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(Plain(references, rows.Row(i).ToArray()), scores[i], 1e-5);
    }

    [Fact]
    public void An_image_at_distance_0_has_the_logarithm_of_the_smallest_distance()
    {
        var references = Random(60, 3, 1);
        for (var i = 1; i < 9; i++) references.Row(10).CopyTo(references.Row(10 + 5 * i));
        var row = references.RowBlock(10, 1);
        Assert.Equal(0.5 * Math.Log(1e-6), Compute(references, row)[0], 1e-5);
    }

    [Fact]
    public void The_half_lies_between_the_distance_and_its_quotient()
    {
        // All ten times as large: d is ten times as large, d / a is as it was.
        var (references, rows) = (Random(60, 3, 1), Random(20, 3, 2));
        var scores = Compute(references, rows);
        foreach (var matrix in new[] { references, rows })
            foreach (ref var number in matrix.Flat) number *= 10;
        var larger = Compute(references, rows);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(0.5 * Math.Log(10), larger[i] - scores[i], 1e-5);
    }

    [Fact]
    public void A_NaN_spoils_its_own_row_alone()
    {
        var (references, rows) = (Random(60, 3, 1), Random(20, 3, 2));
        var expected = Compute(references, rows);
        rows[7, 1] = expected[7] = float.NaN;
        Assert.Equal(expected, Compute(references, rows));
    }

    [Fact]
    public void Fewer_references_than_a_row_has_neighbours_besides_itself_are_refused()
    {
        Assert.Contains("expected at least 6", Assert.Throws<ArgumentException>(() => new RelativeNeighbours(OneThread, Random(K, 3, 1))).Message, StringComparison.Ordinal);
        Assert.All(Compute(Random(K + 1, 3, 1), Random(2, 3, 2)), score => Assert.True(float.IsFinite(score)));
    }

    /// <summary>ln d - ½ ln a by loops; both at least 1e-6.</summary>
    internal static double Plain(Matrix<float> references, float[] row)
    {
        (double Distance, int Image)[] Nearest(float[] from, int except) =>
            [.. Enumerable.Range(0, references.Rows).Where(i => i != except)
                .Select(i => (Distance: NeighbourExample.Euclidean(from, references.Row(i).ToArray()), i)).OrderBy(pair => pair.Distance).Take(K)];
        var nearest = Nearest(row, -1);
        var around = nearest.Average(pair => Nearest(references.Row(pair.Image).ToArray(), pair.Image).Average(other => other.Distance));
        return Math.Log(Math.Max(nearest.Average(pair => pair.Distance), 1e-6)) - Math.Log(Math.Max(around, 1e-6)) / 2;
    }

    private static float[] Compute(Matrix<float> references, Matrix<float> rows)
    {
        var scores = new float[rows.Rows];
        new RelativeNeighbours(OneThread, references).Compute(OneThread, rows, scores);
        return scores;
    }

    private static Matrix<float> Random(int rows, int columns, uint purpose)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(5, purpose, 0).FillNormal(matrix.Flat);
        return matrix;
    }
}
