// Scores that are checked and sorted once, and what a sorted list tells by bisection.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Checks scores and their labels, and counts in sorted scores.</summary>
internal static class SortedScores
{
    /// <summary>Checks that each score can be ranked and has a label, and that there are two kinds to compare.</summary>
    /// <param name="scores">A score of each image, <c>[n]</c>.</param>
    /// <param name="isAnomaly">Whether each is an anomaly, <c>[n]</c>.</param>
    /// <returns>How many of either kind there are: P and N.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a kind is missing.</exception>
    public static (int Anomalies, int Normals) Count(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
    {
        if (scores.Length != isAnomaly.Length)
            throw new ArgumentException($"There are {scores.Length} scores but {isAnomaly.Length} labels; each score needs one label.", nameof(isAnomaly));

        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new ArgumentException($"The score at index {i} is NaN, which has no rank.", nameof(scores));
        }

        var anomalies = isAnomaly.Count(true);
        var normals = isAnomaly.Length - anomalies;
        if (anomalies == 0 || normals == 0)
        {
            throw new ArgumentException(
                $"Anomalies are compared with normal images; there are {anomalies} anomalies and {normals} normal images.", nameof(isAnomaly));
        }

        return (anomalies, normals);
    }

    /// <summary>The scores of one kind in rising order.</summary>
    public static float[] Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly, bool anomalies)
    {
        var sorted = new float[isAnomaly.Count(anomalies)];
        var next = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (isAnomaly[i] == anomalies) sorted[next++] = scores[i];
        }

        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>How many of the sorted scores are below a value.</summary>
    public static int CountBelow(ReadOnlySpan<float> sorted, float value)
    {
        var (first, limit) = (0, sorted.Length);
        while (first < limit)
        {
            var middle = first + (limit - first) / 2;
            if (sorted[middle] < value) first = middle + 1;
            else limit = middle;
        }

        return first;
    }

    /// <summary>How many of the sorted scores are a value or below it.</summary>
    public static int CountUpTo(ReadOnlySpan<float> sorted, float value)
    {
        var (first, limit) = (0, sorted.Length);
        while (first < limit)
        {
            var middle = first + (limit - first) / 2;
            if (sorted[middle] <= value) first = middle + 1;
            else limit = middle;
        }

        return first;
    }
}
