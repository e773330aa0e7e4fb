// How the scores of normal and of anomalous images are distributed.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Two histograms over the same bins.</summary>
/// <param name="Low">Where the first bin begins: the lowest score.</param>
/// <param name="High">Where the last one ends: 99.5 of 100 scores are below it. Higher ones are counted in the last bin.</param>
/// <param name="Normal">Share of the normal images in each bin.</param>
/// <param name="Anomalous">Share of the anomalies in each bin.</param>
/// <param name="NormalMedian">Median score of the normal images.</param>
/// <param name="AnomalousMedian">Median score of the anomalies.</param>
public sealed record ScoreHistogram(
    double Low, double High, ImmutableArray<double> Normal, ImmutableArray<double> Anomalous, double NormalMedian, double AnomalousMedian)
{
    private const int Bins = 40;
    private const double Within = 0.995;

    /// <summary>The histograms of scores.</summary>
    /// <param name="scores">A score of each image, <c>[n]</c>.</param>
    /// <param name="isAnomaly">Whether each is an anomaly, <c>[n]</c>.</param>
    public static ScoreHistogram Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
    {
        var all = scores.ToArray();
        Array.Sort(all);
        double low = all[0], high = all[(int)(Within * (all.Length - 1))];
        if (high <= low) high = low + 1;
        var (normal, anomalous) = (Of(scores, isAnomaly, false), Of(scores, isAnomaly, true));
        return new ScoreHistogram(low, high, Shares(normal, low, high), Shares(anomalous, low, high), Median(normal), Median(anomalous));
    }

    private static float[] Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly, bool anomalies)
    {
        var chosen = new List<float>();
        for (var i = 0; i < scores.Length; i++)
            if (isAnomaly[i] == anomalies) chosen.Add(scores[i]);
        chosen.Sort();
        return [.. chosen];
    }

    private static ImmutableArray<double> Shares(float[] scores, double low, double high)
    {
        var counts = new int[Bins];
        foreach (var score in scores) counts[Math.Clamp((int)((score - low) / (high - low) * Bins), 0, Bins - 1)]++;
        return [.. counts.Select(count => (double)count / scores.Length)];
    }

    private static double Median(float[] sorted) => ((double)sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
