// How far an AUROC measured on a finite test set may lie from the true one, and whether two scores differ, without a model of the scores.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>An AUROC with its variance.</summary>
/// <param name="Auroc">The area, A.</param>
/// <param name="Variance">The estimate of A's variance over test sets (11.15).</param>
public readonly record struct AurocEstimate(double Auroc, double Variance)
{
    /// <summary>Half the width of the 95 % interval about A in normal approximation.</summary>
    public double HalfWidth95 => NormalDistribution.Quantile975 * Math.Sqrt(Variance);
}

/// <summary>Two AUROCs of the same images compared.</summary>
/// <param name="Difference">The first less the second.</param>
/// <param name="Variance">The estimate of the difference's variance over test sets, with the covariance of the two (11.18).</param>
public readonly record struct AurocDifference(double Difference, double Variance)
{
    /// <summary>The difference in standard errors; 0 when there is no difference, infinite when there is one without any variance.</summary>
    public double Z => Difference == 0 ? 0 : Difference / Math.Sqrt(Variance);

    /// <summary>Two-sided p-value: how often a z as far from 0 comes about by chance when the true areas are equal.</summary>
    public double P => 2 * NormalDistribution.UpperTail(Math.Abs(Z));

    /// <summary>Half the width of the 95 % interval about the difference in normal approximation.</summary>
    public double HalfWidth95 => NormalDistribution.Quantile975 * Math.Sqrt(Variance);
}

/// <summary>DeLong's estimate of the variance of an AUROC and of the difference of two, in O(n log n) time.</summary>
/// <remarks>
/// <para>
/// The structural components (11.14) are counts of pairs over N or P, so twice their numerators are whole numbers; sums and squares are
/// taken in integers and divided at the end. The results do not depend, to the bit, on the order of the images. They account for the
/// choice of the test images alone, not for the seed of the training.
/// </para>
/// <para>
/// Sources: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
/// characteristic curves: a nonparametric approach", Biometrics 44, 1988; X. Sun and W. Xu, "Fast implementation of DeLong's algorithm for
/// comparing the areas under correlated receiver operating characteristic curves", IEEE Signal Processing Letters 21(11), 2014.
/// </para>
/// </remarks>
public static class DeLong
{
    /// <summary>The AUROC of scores with its variance.</summary>
    /// <param name="scores">A score of each image, <c>[n]</c>; higher means more anomalous.</param>
    /// <param name="isAnomaly">The truth about each image, <c>[n]</c>: true for an anomaly.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or there are fewer than two anomalies or normal images.</exception>
    public static AurocEstimate Estimate(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
    {
        var components = Components.Of(scores, isAnomaly);
        return new AurocEstimate(components.Area, components.Variance);
    }

    /// <summary>Compares two scores of the same images.</summary>
    /// <param name="first">The one score of each image, <c>[n]</c>.</param>
    /// <param name="second">The other, <c>[n]</c>.</param>
    /// <param name="isAnomaly">The truth about each image, <c>[n]</c>: true for an anomaly.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or there are fewer than two anomalies or normal images.</exception>
    public static AurocDifference Compare(ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<bool> isAnomaly)
    {
        var difference = Components.Of(first, isAnomaly).Less(Components.Of(second, isAnomaly));
        return new AurocDifference(difference.Area, difference.Variance);
    }

    /// <summary>2·N·V10 of each anomaly and 2·P·V01 of each normal image (11.14), in the order of the images.</summary>
    private sealed record Components(long[] OfAnomalies, long[] OfNormals)
    {
        private double P => OfAnomalies.Length;

        private double N => OfNormals.Length;

        // The mean of V10 is A. (11.3)
        public double Area => OfAnomalies.Sum() / (2 * P * N);

        // (11.15): S10 / P + S01 / N, where S10 = spread / P / (2·N)² / (P - 1).
        public double Variance => Spread(OfAnomalies) / (4 * N * N * P * P * (P - 1)) + Spread(OfNormals) / (4 * P * P * N * N * (N - 1));

        public static Components Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
        {
            var (anomalies, normals) = SortedScores.Count(scores, isAnomaly);
            if (anomalies < 2 || normals < 2)
                throw new ArgumentException($"A variance needs two of either kind; there are {anomalies} anomalies and {normals} normal images.", nameof(isAnomaly));
            var sortedAnomalies = SortedScores.Of(scores, isAnomaly, anomalies: true);
            var sortedNormals = SortedScores.Of(scores, isAnomaly, anomalies: false);
            var components = new Components(new long[anomalies], new long[normals]);
            var (a, b) = (0, 0);
            for (var i = 0; i < scores.Length; i++)
            {
                if (isAnomaly[i]) components.OfAnomalies[a++] = TwicePsi(sortedNormals, scores[i]);
                else components.OfNormals[b++] = 2L * anomalies - TwicePsi(sortedAnomalies, scores[i]);
            }

            return components;
        }

        // The variance of a difference holds the covariance: by (11.18) it is that of the components' differences.
        public Components Less(Components other) => new(Less(OfAnomalies, other.OfAnomalies), Less(OfNormals, other.OfNormals));

        // Twice the sum of psi(score, .) over a list: 2 for each one below, 1 for each tie. (11.17)
        private static long TwicePsi(float[] sorted, float score) => (long)SortedScores.CountBelow(sorted, score) + SortedScores.CountUpTo(sorted, score);

        // n times the sum of squared deviations from the mean, which is a whole number: n·Σv² - (Σv)².
        private static double Spread(long[] values)
        {
            var (sum, squares) = ((Int128)0, (Int128)0);
            foreach (var value in values)
            {
                sum += value;
                squares += (Int128)value * value;
            }

            return (double)(values.Length * squares - sum * sum);
        }

        private static long[] Less(long[] first, long[] second) => [.. first.Zip(second, (x, y) => x - y)];
    }
}
