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
    public static double Compute(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
    {
        if (scores.Length != isAnomaly.Length)
        {
            throw new ArgumentException(
                $"There are {scores.Length} scores but {isAnomaly.Length} labels; each score needs one label.", nameof(isAnomaly));
        }

        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new ArgumentException($"The score at index {i} is NaN, which has no rank.", nameof(scores));
        }

        long anomalies = isAnomaly.Count(true);
        long normals = isAnomaly.Length - anomalies;
        if (anomalies == 0 || normals == 0)
        {
            throw new ArgumentException(
                $"AUROC compares anomalies with normals; there are {anomalies} anomalies and {normals} normals.", nameof(isAnomaly));
        }

        float[] sorted = scores.ToArray();
        bool[] labels = isAnomaly.ToArray();
        Array.Sort(sorted, labels);

        // 2U: an anomaly wins 2 for each normal below it and 1 for each normal that ties (11.3). At most 2·P·N <= n²/2 < 2^61, a long.
        long twiceU = 0;
        long normalsBelow = 0;
        for (int start = 0; start < sorted.Length;)
        {
            long tiedAnomalies = 0;
            long tiedNormals = 0;
            int end = start;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                if (labels[end]) tiedAnomalies++;
                else tiedNormals++;
            }

            twiceU += tiedAnomalies * (2 * normalsBelow + tiedNormals);
            normalsBelow += tiedNormals;
            start = end;
        }

        return (double)twiceU / (2 * anomalies * normals);
    }
}
