// Single points of the ROC curve: what a threshold costs that finds enough, and what one finds that costs little enough.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Points of a ROC curve at a given rate.</summary>
/// <remarks>
/// A threshold is a score, and images of equal score go together: nothing is interpolated between two thresholds. A rate is a quotient of
/// counts, rounded once, and so equal to a given rate such as 0.95 whenever the counts are in that proportion.
/// </remarks>
public static class OperatingPoints
{
    /// <summary>The smallest false-positive rate of a threshold whose true-positive rate is as high as demanded (11.22).</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="truePositiveRate">Share of the anomalies that have to be found, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    public static double FalsePositiveRateAt(RocCurve curve, double truePositiveRate)
    {
        RequireRate(curve, truePositiveRate);
        if (truePositiveRate == 0) return 0;
        foreach (var point in curve.Points)
            if ((double)point.TruePositives / curve.Anomalies >= truePositiveRate) return (double)point.FalsePositives / curve.Normals;
        return 1;
    }

    /// <summary>The largest true-positive rate of a threshold whose false-positive rate is as low as demanded (11.22).</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="falsePositiveRate">Share of the normal images that may be called anomalous, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    public static double TruePositiveRateAt(RocCurve curve, double falsePositiveRate)
    {
        RequireRate(curve, falsePositiveRate);
        var found = 0;
        foreach (var point in curve.Points)
        {
            if ((double)point.FalsePositives / curve.Normals > falsePositiveRate) break;
            found = point.TruePositives;
        }

        return (double)found / curve.Anomalies;
    }

    private static void RequireRate(RocCurve curve, double rate)
    {
        ArgumentNullException.ThrowIfNull(curve);
        if (!(rate >= 0 && rate <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A rate is from 0 to 1.");
    }
}
