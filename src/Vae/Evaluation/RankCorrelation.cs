// Whether two figures rise together, whatever their scales. For the cells of a grid, not for long lists: ranks are counted pair by pair.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Spearman's rank correlation.</summary>
/// <remarks>Source: C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15, 1904.</remarks>
public static class RankCorrelation
{
    /// <summary>Pearson's correlation of the ranks; ties share their mean rank (11.6).</summary>
    /// <returns>From -1 to 1; NaN when all values of one list are equal.</returns>
    /// <exception cref="ArgumentException">The lists are not of one length.</exception>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ArgumentException($"There are {x.Count} and {y.Count} values; expected pairs.", nameof(y));
        var (rankX, rankY, mean) = (Ranks(x), Ranks(y), (x.Count + 1) / 2.0);
        var (covariance, varianceX, varianceY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < rankX.Length; i++)
        {
            covariance += (rankX[i] - mean) * (rankY[i] - mean);
            varianceX += (rankX[i] - mean) * (rankX[i] - mean);
            varianceY += (rankY[i] - mean) * (rankY[i] - mean);
        }

        return covariance / Math.Sqrt(varianceX * varianceY);
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) + 1) / 2.0)];
}
