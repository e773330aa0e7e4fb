// The ROC curve of a score as counts, from which its area, its precision and its operating points are read.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>What a threshold does that calls every image anomalous whose score is as high or higher.</summary>
/// <param name="Threshold">The threshold, a score of at least one image.</param>
/// <param name="TruePositives">Anomalies that it calls anomalous.</param>
/// <param name="FalsePositives">Normal images that it calls anomalous.</param>
public readonly record struct RocPoint(float Threshold, int TruePositives, int FalsePositives);

/// <summary>The receiver operating characteristic of a score.</summary>
/// <remarks>Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.</remarks>
public sealed class RocCurve
{
    private RocCurve(int anomalies, int normals, ImmutableArray<RocPoint> points) => (Anomalies, Normals, Points) = (anomalies, normals, points);

    /// <summary>Anomalies, P.</summary>
    public int Anomalies { get; }

    /// <summary>Normal images, N.</summary>
    public int Normals { get; }

    /// <summary>A point for each distinct score, from the highest down to (P, N); the point (0, 0) before them has no threshold and is left out.</summary>
    public ImmutableArray<RocPoint> Points { get; }

    /// <summary>The curve of scores, where a higher score means more anomalous, in O(n log n) time.</summary>
    /// <param name="scores">A score of each image, <c>[n]</c>. Infinities are ordered as usual; -0 and +0 tie.</param>
    /// <param name="isAnomaly">The truth about each image, <c>[n]</c>: true for an anomaly.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or there is no anomaly or no normal image.</exception>
    public static RocCurve Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomaly)
    {
        var (anomalies, normals) = SortedScores.Count(scores, isAnomaly);
        var (sorted, labels) = (scores.ToArray(), isAnomaly.ToArray());
        Array.Sort(sorted, labels);
        var points = ImmutableArray.CreateBuilder<RocPoint>();
        var (truePositives, falsePositives) = (0, 0);
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            if (labels[i]) truePositives++;
            else falsePositives++;

            // Equal scores are one step, whatever their order. Adding zero makes -0 the +0 that it ties with.
            if (i == 0 || sorted[i - 1] != sorted[i]) points.Add(new RocPoint(sorted[i] + 0f, truePositives, falsePositives));
        }

        return new RocCurve(anomalies, normals, points.ToImmutable());
    }
}
