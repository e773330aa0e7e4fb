// The statistics against their definitions, on data drawn at random: few values and so many ties, low ranks, one row or one column.

using System.Numerics;
using CsCheck;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class StatisticsPropertyTests
{
    private static readonly Engine OneThread = new(1);

    // Quarters from -size/4 to size/4: sums and squares of them are exact.
    private static Gen<Matrix<float>> Rows(Gen<int> rows, Gen<int> columns, int size) =>
        from n in rows
        from d in columns
        from values in Gen.Int[-size, size].Array[n * d]
        select Of(n, d, values.Select(value => value / 4f));

    private static Matrix<T> Of<T>(int rows, int columns, IEnumerable<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var matrix = new Matrix<T>(rows, columns);
        var next = 0;
        foreach (var value in values) matrix[next / columns, next++ % columns] = value;
        return matrix;
    }

    [Fact]
    public void The_empirical_tail_counts_and_its_surprise_never_falls() =>
        Gen.Select(Gen.Int[0, 40].Array[2, 70], Gen.Int[-2, 60].Array[2, 12]).Where((normal, _) => normal.Distinct().Count() > 1).Sample((normal, at) =>
        {
            float[] normalScores = [.. normal.Select(score => score / 8f)], scores = [.. at.Order().Select(score => score / 8f)];
            var tail = EmpiricalTail.Fit(normalScores);
            Assert.Equal(normalScores.Length, tail.Count);
            foreach (var score in scores) Assert.Equal((1.0 + normalScores.Count(other => other >= score)) / (normalScores.Length + 1), tail.PValue(score));
            for (var i = 1; i < scores.Length; i++)
            {
                Assert.True(tail.Surprise(scores[i]) >= tail.Surprise(scores[i - 1]));
                // Above the highest normal score each step adds.
                if (scores[i - 1] >= normalScores.Max() && scores[i] > scores[i - 1]) Assert.True(tail.Surprise(scores[i]) > tail.Surprise(scores[i - 1]));
            }
        }, iter: 1000);

    [Fact]
    public void Neighbours_are_those_of_two_loops_and_a_sort() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 3], Gen.Enum<DistanceMetric>()).SelectMany((columns, spread, metric) => Gen.Select(
            Rows(Gen.Int[1, 12], Gen.Const(columns), 2 * spread * spread), Rows(Gen.Int[1, 60], Gen.Const(columns), 2 * spread * spread), Gen.Int[1, 60], Gen.Const(metric)))
        .Sample((queries, references, k, metric) => NearestNeighboursTests.Check(queries, references, Math.Min(k, references.Rows), metric), iter: 500, threads: 1);

    [Fact]
    public void The_likelihood_never_falls_under_expectation_and_maximisation() =>
        Gen.Select(Rows(Gen.Int[8, 120], Gen.Int[1, 4], 40), Gen.Int[1, 6], Gen.UInt[0, 1000]).Where((rows, _, _) => !IsConstant(rows)).Sample((rows, components, seed) =>
        {
            var history = ExpectationMaximization.Fit(OneThread, rows, components, new RandomSequence(seed, 1, 0)).MeanLogDensities;
            for (var i = 1; i < history.Count; i++) Assert.True(history[i] > history[i - 1] - 1e-5, $"{history[i - 1]} fell to {history[i]}.");
        }, iter: 150, threads: 1);

    [Fact]
    public void Eigenvectors_and_values_give_the_matrix_back() =>
        // Squares of rows: symmetric, and of a rank of at most the number of rows; of few values, so that some are repeated.
        Gen.Select(Rows(Gen.Int[1, 12], Gen.Int[1, 24], 4), Gen.Int[-300, 300]).Sample((rows, exponent) =>
        {
            var n = rows.Columns;
            var matrix = Of(n, n, from i in Enumerable.Range(0, n)
                                  from j in Enumerable.Range(0, n)
                                  select Math.ScaleB(Enumerable.Range(0, rows.Rows).Sum(row => (double)rows[row, i] * rows[row, j]), exponent));
            var eigen = SymmetricEigen.Of(OneThread, matrix);
            SymmetricEigenTests.Check(matrix, eigen);
            var size = Math.Max(Math.Abs(eigen.Values[0]), Math.Abs(eigen.Values[^1]));
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    Assert.Equal(matrix[i, j], Enumerable.Range(0, n).Sum(v => eigen.Values[v] * eigen.Vectors[v, i] * eigen.Vectors[v, j]), 1e-14 * n * size);
        }, iter: 300, threads: 1);

    [Fact]
    public void Mean_and_covariance_of_quarters_are_exact_but_for_a_division() =>
        Rows(Gen.Int[1, 600], Gen.Int[1, 9], 16).Sample(rows =>
        {
            var means = Covariance.Means(rows);
            var covariance = Covariance.Of(OneThread, rows, new double[rows.Columns]);
            for (var j = 0; j < rows.Columns; j++)
            {
                Assert.Equal(Enumerable.Range(0, rows.Rows).Sum(i => (double)rows[i, j]) / rows.Rows, means[j]);
                for (var k = 0; k < rows.Columns; k++)
                    Assert.Equal(Enumerable.Range(0, rows.Rows).Sum(i => (double)rows[i, j] * rows[i, k]) / rows.Rows, covariance[j, k]);
            }
        }, iter: 200, threads: 1);

    private static bool IsConstant(Matrix<float> rows) =>
        Enumerable.Range(1, rows.Rows - 1).All(i => rows.Row(i).SequenceEqual(rows.Row(0)));
}
