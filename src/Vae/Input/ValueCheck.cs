// What the values of a row may be.

using System.Globalization;

namespace VaeFromScratch.Vae.Input;

internal static class ValueCheck
{
    /// <summary>Says what is wrong with a row: a pixel outside of [0, 1], or an infinite value of a table; null if nothing is.</summary>
    public static string? Problem(ReadOnlySpan<float> values, InputShape shape)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (shape.IsImage)
            {
                // NaN as well.
                if (!(values[i] is >= 0 and <= 1))
                    return string.Create(CultureInfo.InvariantCulture, $"the pixel in row {i / shape.Width + 1}, column {i % shape.Width + 1} is {values[i]}; expected a number from 0 to 1.");
            }
            else if (float.IsInfinity(values[i]))
            {
                return $"the value of '{CsvText.Shown(shape.Names[i])}' is infinite; expected a finite number.";
            }
        }

        return null;
    }
}
