// A ROC curve on a grid of false-positive rates, with how far chance may carry it.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>A point of the curve.</summary>
/// <param name="FalsePositiveRate">At most this share of the normal images raises an alarm.</param>
/// <param name="TruePositiveRate">Share of the anomalies that is found then; the mean over seeds where there are several.</param>
/// <param name="Low">Lower end of its 95 % interval over the choice of the anomalies.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="LowestSeed">The share that the worst seed finds.</param>
/// <param name="HighestSeed">The share that the best seed finds.</param>
public readonly record struct RocBandPoint(double FalsePositiveRate, double TruePositiveRate, double Low, double High, double LowestSeed, double HighestSeed);

/// <summary>A ROC curve with a band.</summary>
/// <param name="Points">From a false-positive rate of 0 to 1.</param>
/// <param name="Aurocs">The area under the curve of each seed.</param>
/// <remarks>
/// The interval is, at each false-positive rate by itself, that of a binomial share (E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference", Journal of the American Statistical Association 22, 1927). All seeds see the same test images, so
/// it does not shrink with their number.
/// </remarks>
public sealed record RocBand(ImmutableArray<RocBandPoint> Points, ImmutableArray<double> Aurocs)
{
    private const int Steps = 100;

    /// <summary>The curve of one or several seeds.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RocBand Of(IReadOnlyList<RocCurve> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count == 0) throw new ArgumentException("There is no curve; expected one for each seed.", nameof(seeds));
        return new RocBand([.. Enumerable.Range(0, Steps + 1).Select(step => Point(seeds, (double)step / Steps))], [.. seeds.Select(Auroc.Compute)]);
    }

    /// <summary>The 95 % interval of a share that was measured on n observations (Wilson).</summary>
    public static (double Low, double High) Interval95(double share, int n)
    {
        const double z = NormalDistribution.Quantile975;
        var scale = 1 + z * z / n;
        var centre = (share + z * z / (2 * n)) / scale;
        var half = z * Math.Sqrt(share * (1 - share) / n + z * z / (4.0 * n * n)) / scale;
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    private static RocBandPoint Point(IReadOnlyList<RocCurve> seeds, double falsePositiveRate)
    {
        double[] rates = [.. seeds.Select(curve => OperatingPoints.TruePositiveRateAt(curve, falsePositiveRate))];
        var (low, high) = Interval95(rates.Average(), seeds[0].Anomalies);
        return new RocBandPoint(falsePositiveRate, rates.Average(), low, high, rates.Min(), rates.Max());
    }
}
