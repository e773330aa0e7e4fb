// Tail probabilities of a score, from the scores of normal images.

using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>How probable it is that a normal image scores as high: the empirical upper tail of m normal scores.</summary>
/// <remarks>
/// The p-value is that of conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005): if a normal image
/// is exchangeable with the m, its p-value is at most a with probability at most a. It can't be less than 1/(m + 1), so beyond a high threshold
/// the surprise goes on with an exponential tail fitted to the excesses over it (Pickands, "Statistical inference using extreme order statistics",
/// Annals of Statistics 3, 1975, with the shape 0).
/// </remarks>
public sealed class EmpiricalTail
{
    // The part of the normal scores, one in so many, to whose excesses the tail is fitted.
    private const int TailPart = 20;

    private readonly float[] _sorted;
    private readonly double _threshold, _surpriseAtThreshold, _meanExcess;

    private EmpiricalTail(float[] sorted)
    {
        _sorted = sorted;
        var threshold = sorted[^(sorted.Length / TailPart + 1)];
        // If many images have the very highest score, the threshold is the next one below it.
        if (threshold == sorted[^1]) threshold = sorted[FirstAtLeast(threshold) - 1];
        var above = sorted.AsSpan(FirstAtLeast(float.BitIncrement(threshold)));
        var sum = 0.0;
        foreach (var score in above) sum += (double)score - threshold;
        (_threshold, _meanExcess, _surpriseAtThreshold) = (threshold, sum / above.Length, NegativeLog((above.Length + 1.0) / (sorted.Length + 1)));
    }

    /// <summary>Normal scores, m.</summary>
    public int Count => _sorted.Length;

    /// <summary>Fits the tail.</summary>
    /// <param name="normalScores">Scores of normal images, two different ones at least.</param>
    /// <exception cref="ArgumentException">A score is not finite, or all are equal.</exception>
    public static EmpiricalTail Fit(ReadOnlySpan<float> normalScores)
    {
        for (var i = 0; i < normalScores.Length; i++)
            if (!float.IsFinite(normalScores[i])) throw new ArgumentException(FormattableString.Invariant($"Normal score {i} is {normalScores[i]}; expected a finite number."), nameof(normalScores));
        var sorted = normalScores.ToArray();
        Array.Sort(sorted);
        if (sorted.Length == 0 || sorted[0] == sorted[^1])
            throw new ArgumentException(FormattableString.Invariant($"The {sorted.Length} normal scores are all equal; expected two different ones at least."), nameof(normalScores));
        return new EmpiricalTail(sorted);
    }

    /// <summary>p = (1 + the number of normal scores at least as high) / (m + 1) (17.14), in (0, 1]; NaN for NaN.</summary>
    public double PValue(float score) => float.IsNaN(score) ? double.NaN : (1.0 + _sorted.Length - FirstAtLeast(score)) / (_sorted.Length + 1);

    /// <summary>-ln p in nats (17.15), and beyond the threshold as the exponential tail has it (17.16): it never falls as the score rises.</summary>
    public float Surprise(float score) =>
        score > _threshold ? (float)(_surpriseAtThreshold + (score - _threshold) / _meanExcess) : NegativeLog(PValue(score));

    private static float NegativeLog(double p) => -Log.Invoke(Vector256.Create((float)p)).ToScalar();

    // Index of the first normal score that is at least as high; m if there is none.
    private int FirstAtLeast(float score)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sorted[middle] < score) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
