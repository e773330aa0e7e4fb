// Area under the precision-recall curve, as average precision.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Average precision (AUPRC): the precision at each threshold, weighted by the recall that the threshold adds.</summary>
/// <remarks>
/// AP = sum over thresholds c, falling, of (TPR(c) - TPR(before c))·precision(c) (11.21). Tied scores are one threshold, as in scikit-learn's
/// average_precision_score; no line is drawn between two points, which would flatter. By chance it is the share of anomalies, P / (P + N).
/// Source: J. Davis and M. Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
/// </remarks>
public static class AveragePrecision
{
    /// <summary>The average precision of a score, from above 0 to 1.</summary>
    public static double Compute(RocCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var (sum, found) = (0.0, 0);
        foreach (var point in curve.Points)
        {
            var precision = point.TruePositives / ((double)point.TruePositives + point.FalsePositives);
            sum += (point.TruePositives - found) * precision;
            found = point.TruePositives;
        }

        return sum / curve.Anomalies;
    }
}
