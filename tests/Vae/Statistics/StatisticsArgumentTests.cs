// What the statistics of rows say to arguments that mean nothing: one sentence each, and no figure.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class StatisticsArgumentTests
{
    private static readonly Engine OneThread = new(1);
    private static readonly RandomSequence Start = new(1, 2, 3);

    [Fact]
    public void A_missing_engine_is_named()
    {
        var rows = Counted(4, 2);
        Missing(() => Covariance.Of(null!, rows, [0, 0]));
        Missing(() => ExpectationMaximization.Fit(null!, rows, 1, Start));
        Missing(() => new NearestNeighbours(null!, rows));
        Missing(() => new NearestNeighbours(OneThread, rows).Find(null!, rows, 1));
        Missing(() => SymmetricEigen.Of(null!, new Matrix<double>(2, 2)));
    }

    [Fact]
    public void What_does_not_fit_is_told_in_a_sentence()
    {
        var (rows, none, same) = (Counted(4, 2), new Matrix<float>(0, 2), new Matrix<float>(4, 2));
        Refused("no rows to take the mean of", () => Covariance.Means(none));
        Refused("no rows to take the covariance of", () => Covariance.Of(OneThread, none, [0, 0]));
        Refused("There are 3 means; expected 2", () => Covariance.Of(OneThread, rows, [0, 0, 0]));
        Refused("The 0 normal scores are all equal", () => EmpiricalTail.Fit([]));
        Refused("Normal score 1 is Infinity; expected a finite number", () => EmpiricalTail.Fit([1, float.PositiveInfinity]));
        Refused("There are 0 components for 4 rows", () => ExpectationMaximization.Fit(OneThread, rows, 0, Start));
        Refused("There are 5 components for 4 rows", () => ExpectationMaximization.Fit(OneThread, rows, 5, Start));
        Refused("The mean variance of the 4 rows is 0", () => ExpectationMaximization.Fit(OneThread, same, 1, Start));
        Refused("The 4 observations do not vary", () => MahalanobisDistance.Fit(OneThread, same));
        Refused("expected at least one row and one column", () => new NearestNeighbours(OneThread, none));
        Refused("expected 2 columns, as the references have", () => new NearestNeighbours(OneThread, rows).Find(OneThread, new Matrix<float>(1, 3), 1));
        Refused("0 neighbours are asked for; expected 1 to 4", () => new NearestNeighbours(OneThread, rows).Find(OneThread, rows, 0));
        Refused("expected a square one", () => SymmetricEigen.Of(OneThread, new Matrix<double>(2, 3)));
        var matrix = new Matrix<double>(2, 2);
        matrix[0, 1] = 1;
        Refused("Elements (0, 1) and (1, 0) of the matrix differ", () => SymmetricEigen.Of(OneThread, matrix));
        matrix[0, 1] = double.PositiveInfinity;
        Refused("Element (0, 1) of the matrix is Infinity", () => SymmetricEigen.Of(OneThread, matrix));
    }

    [Fact]
    public void As_many_components_or_neighbours_as_there_are_rows_is_not_too_many()
    {
        var rows = Counted(4, 2);
        Assert.Equal(4, ExpectationMaximization.Fit(OneThread, rows, 4, Start).Mixture.Components);
        Assert.Equal(4, new NearestNeighbours(OneThread, rows).Find(OneThread, rows, 4).Distances.Columns);
    }

    private static Matrix<float> Counted(int rows, int columns)
    {
        var matrix = new Matrix<float>(rows, columns);
        for (var i = 0; i < rows * columns; i++) matrix.Flat[i] = i * i;
        return matrix;
    }

    private static void Missing(Func<object> act) => Assert.Equal("engine", Assert.Throws<ArgumentNullException>(act).ParamName);

    private static void Refused(string sentence, Func<object> act) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
