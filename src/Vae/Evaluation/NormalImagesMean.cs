// The mean of a figure over the normal images of a test set.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The mean over normal images.</summary>
internal static class NormalImagesMean
{
    /// <summary>Adds in the order of the images, in double precision; NaN when none is normal.</summary>
    public static double Of(ReadOnlySpan<float> values, ReadOnlySpan<bool> isAnomaly)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (isAnomaly[i]) continue;
            sum += values[i];
            count++;
        }

        return sum / count;
    }
}
