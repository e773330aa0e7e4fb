// Numbers as the story shows them: fixed decimals, the same on every machine and for every user.

using System.Globalization;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Writes numbers with fixed decimals.</summary>
public static class StoryNumbers
{
    /// <summary>The number, rounded; what is rounded to zero has no sign.</summary>
    public static string Format(double value, int decimals)
    {
        var text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAnyExcept("-0.") < 0 ? text.TrimStart('-') : text;
    }

    /// <summary>The same as a factor or a later term: in brackets if it is negative.</summary>
    internal static string InBrackets(double value, int decimals) => value < 0 ? $"({Format(value, decimals)})" : Format(value, decimals);
}
