// Whether two ways differ, from pairs of figures: the mean difference with Student's interval.

using System.Globalization;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The mean of paired differences and half of its 95 % interval.</summary>
/// <param name="Mean">The mean difference.</param>
/// <param name="HalfWidth95">Student's quantile times the standard error of the mean; NaN for a single pair.</param>
/// <param name="Pairs">How many pairs.</param>
public sealed record PairedDifference(double Mean, double HalfWidth95, int Pairs)
{
    // Student's t distribution, probability 0.975, for 1 to 30 degrees of freedom; from tables, rounded to three decimals.
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    private const int FewestDecimals = 3, MostDecimals = 6;

    /// <summary>Whether the whole interval lies above zero.</summary>
    public bool IsAboveZero => Mean - HalfWidth95 > 0;

    /// <summary>Whether the whole interval lies below zero.</summary>
    public bool IsBelowZero => Mean + HalfWidth95 < 0;

    /// <summary>The difference of each pair, one way less the other, taken as independent and nearly normal.</summary>
    /// <exception cref="ArgumentException">There is no pair.</exception>
    public static PairedDifference Of(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        if (differences.Count == 0) throw new ArgumentException("There is no pair to compare; expected at least one.", nameof(differences));
        var mean = differences.Average();
        var freedom = differences.Count - 1;
        if (freedom == 0) return new(mean, double.NaN, 1);
        var variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / freedom;
        var quantile = freedom <= Quantiles.Length ? Quantiles[freedom - 1] : NormalDistribution.Quantile975;
        return new(mean, quantile * Math.Sqrt(variance / differences.Count), differences.Count);
    }

    /// <summary>As in <c>+0.012 +-0.004</c>, with as many decimals as the half-width needs to show a digit; the mean alone for a single pair.</summary>
    public override string ToString()
    {
        var decimals = FewestDecimals;
        for (var unit = 1e-3; decimals < MostDecimals && HalfWidth95 > 0 && HalfWidth95 < 0.95 * unit; unit /= 10) decimals++;
        var number = $"0.{new string('0', decimals)}";
        // What rounds to zero has no sign.
        var mean = Mean.ToString($"+{number};-{number};{number}", CultureInfo.InvariantCulture);
        return double.IsNaN(HalfWidth95) ? mean : $"{mean} +-{HalfWidth95.ToString(number, CultureInfo.InvariantCulture)}";
    }
}
