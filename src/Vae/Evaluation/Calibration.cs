// A threshold and p-values from the scores of normal images that training has not seen: no anomaly is needed to set an alarm.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The scores of m held-out normal images, from which the split-conformal threshold and p-values are read.</summary>
/// <remarks>
/// If a further normal image is exchangeable with the m, so that any order of the m + 1 scores is as likely as any other, it raises an alarm
/// with a probability of at most alpha, whatever the score and its distribution (11.24). Source: V. Vovk, A. Gammerman and G. Shafer,
/// "Algorithmic Learning in a Random World", 2005.
/// </remarks>
public sealed class Calibration
{
    /// <summary>The false-alarm rate that is promised unless another is asked for.</summary>
    public const double DefaultAlpha = 0.05;

    private Calibration(string score, ImmutableArray<float> scores, double alpha)
    {
        (Score, Scores, Alpha) = (score, scores, alpha);
        Threshold = scores[scores.Length - Allowed(scores.Length, alpha)];
    }

    /// <summary>Name of the score.</summary>
    public string Score { get; }

    /// <summary>Scores of the calibration images in rising order, <c>[m]</c>.</summary>
    public ImmutableArray<float> Scores { get; }

    /// <summary>The false-alarm rate that is promised.</summary>
    public double Alpha { get; }

    /// <summary>The ceil((m + 1)·(1 - alpha))-th smallest calibration score (11.23). A score above it is an alarm; the score itself is none.</summary>
    public float Threshold { get; }

    /// <summary>Makes a calibration of scores in any order.</summary>
    /// <param name="score">Name of the score.</param>
    /// <param name="scores">Its values for normal images that the model and the score were not fitted on, <c>[m]</c>.</param>
    /// <param name="alpha">The false-alarm rate to promise, between 0 and 1.</param>
    /// <exception cref="ArgumentException">
    /// The rate is not between 0 and 1, a score is NaN or infinite, or there are too few for the rate: the threshold would be infinite.
    /// </exception>
    public static Calibration From(string score, ReadOnlySpan<float> scores, double alpha = DefaultAlpha)
    {
        ArgumentException.ThrowIfNullOrEmpty(score);
        if (!(alpha > 0 && alpha < 1)) throw new ArgumentException(FormattableString.Invariant($"The false-alarm rate is {alpha}; expected one between 0 and 1."), nameof(alpha));
        for (var i = 0; i < scores.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
                throw new ArgumentException(FormattableString.Invariant($"The calibration score at index {i} is {scores[i]}; expected a finite number."), nameof(scores));
        }

        if (Allowed(scores.Length, alpha) == 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"There are {scores.Length} calibration scores; a false-alarm rate of {alpha} needs at least {FewestScores(alpha)}."), nameof(scores));
        }

        var sorted = scores.ToArray();
        Array.Sort(sorted);
        return new Calibration(score, [.. sorted], alpha);
    }

    /// <summary>The fewest calibration scores with which a false-alarm rate can be promised: 1/alpha - 1, rounded up.</summary>
    public static double FewestScores(double alpha)
    {
        var inverse = Math.Round(1 / alpha);
        return 1 / inverse <= alpha ? Math.Max(1, inverse - 1) : inverse;
    }

    /// <summary>Whether a score is an alarm: exactly if its p-value is alpha or less.</summary>
    public bool IsAlarm(float score) => score > Threshold;

    /// <summary>p = (1 + number of calibration scores that are as high or higher) / (m + 1) (11.23), from 1/(m + 1) to 1.</summary>
    /// <exception cref="ArgumentException">The score is NaN.</exception>
    public double PValue(float score) => float.IsNaN(score)
        ? throw new ArgumentException("The score is NaN, which has no p-value.", nameof(score))
        : (1 + Scores.Length - SortedScores.CountBelow(Scores.AsSpan(), score)) / (Scores.Length + 1.0);

    // Of m + 1 scores, how many may be alarms: the largest k with k/(m + 1) <= alpha, so that ceil((m + 1)(1 - alpha)) = m + 1 - k. A product
    // may be rounded past a whole number; the quotient is rounded to the very double that alpha is where the two are equal.
    private static int Allowed(int m, double alpha)
    {
        var allowed = (int)(alpha * (m + 1.0));
        if ((allowed + 1) / (m + 1.0) <= alpha) return allowed + 1;
        return allowed / (m + 1.0) > alpha ? allowed - 1 : allowed;
    }
}
