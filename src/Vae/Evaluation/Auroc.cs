// Area under the receiver operating characteristic, exact, as the Mann-Whitney statistic over pairs of an anomaly and a normal.
namespace VaeFromScratch.Vae.Evaluation;

/// <summary>
/// Area under the receiver operating characteristic curve (AUROC, AUC-ROC): the probability that an anomaly scores higher than a normal
/// observation, a tie counting one half.
/// </summary>
/// <remarks>
/// <para>
/// AUROC = U / (P·N), where U is the Mann-Whitney statistic of the P anomalies against the N normals (11.5). Tied scores share their
/// mid-rank (11.6), which is the trapezoidal rule on the curve (11.2).
/// </para>
/// <para>
/// Sources: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143, 1982; T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
/// </para>
/// </remarks>
public static class Auroc
{
    /// <summary>
    /// Computes the AUROC of <paramref name="scores"/>, where a higher score means more anomalous, in O(n log n) time.
    /// </summary>
    /// <param name="scores">One score per observation, <c>[n]</c>. Infinities are ordered as usual; -0 and +0 tie.</param>
    /// <param name="isAnomaly">The truth per observation, <c>[n]</c>: true for an anomaly.</param>
    /// <returns>
    /// The area in [0, 1]: 1 when every anomaly scores above every normal, 0.5 by chance, 0 when the order is reversed. The pairs are
    /// counted in integers and divided once, so the result is correctly rounded up to 2·P·N = 2^53 (some 10^8 observations) and does not
    /// depend on the order of the observations.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, a score is NaN, or there is no anomaly or no normal among the observations.
    /// </exception>
    public static double Compute(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly) => Compute(RocCurve.Of(scores, isAnomaly));

    /// <summary>The area under a curve, as <see cref="Compute(ReadOnlySpan{float}, ReadOnlySpan{bool})"/> computes it.</summary>
    public static double Compute(RocCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);

        // 2U: twice the trapezoids (11.2), each as wide as its normals and on average as high as the curve before and after them.
        // At most 2·P·N <= n²/2 < 2^61, a long.
        var twiceU = 0L;
        var before = default(RocPoint);
        foreach (var point in curve.Points)
        {
            long normals = point.FalsePositives - before.FalsePositives;
            twiceU += normals * ((long)before.TruePositives + point.TruePositives);
            before = point;
        }

        return (double)twiceU / (2L * curve.Anomalies * curve.Normals);
    }
}
