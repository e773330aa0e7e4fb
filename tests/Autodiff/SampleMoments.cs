// What a Monte Carlo test measures, and how far it may lie from the truth.

namespace VaeFromScratch.Autodiff.Tests;

/// <summary>Mean and variance of independent samples, with the standard error of each.</summary>
internal readonly record struct SampleMoments(double Mean, double Variance, double MeanError, double VarianceError)
{
    // Samples that do not vary have no standard error, but their sum has roundings; relative to it they are far below this.
    private const double Rounding = 1e-9;

    public static SampleMoments Of(double[] samples)
    {
        var (mean, variance, fourth) = (samples.Average(), 0.0, 0.0);
        foreach (var sample in samples)
        {
            var square = (sample - mean) * (sample - mean);
            variance += square / samples.Length;
            fourth += square * square / samples.Length;
        }

        // A mean of n samples has the variance of one, over n; so has the mean of squares, whose variance is that of a square.
        return new SampleMoments(mean, variance * samples.Length / (samples.Length - 1),
            Math.Sqrt(variance / samples.Length), Math.Sqrt((fourth - variance * variance) / samples.Length));
    }

    public void AssertMean(double expected, double standardErrors, string name) =>
        AssertNear(expected, Mean, standardErrors * MeanError, $"mean of {name}");

    public void AssertVariance(double expected, double standardErrors, string name) =>
        AssertNear(expected, Variance, standardErrors * VarianceError, $"variance of {name}");

    private static void AssertNear(double expected, double actual, double allowed, string name) =>
        Assert.True(Math.Abs(actual - expected) <= allowed + Rounding * Math.Abs(expected), $"{name}: {actual} is not within {allowed} of {expected}");
}
