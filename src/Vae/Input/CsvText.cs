// The bytes of a cell of a CSV file as number, text, or nothing.

using System.Globalization;
using System.Text;

namespace VaeFromScratch.Vae.Input;

internal static class CsvText
{
    private const int MostShown = 40;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a cell says that its value is not known: empty, NA, NaN, nan, null or ?.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> cell) =>
        Trimmed(cell) is var text && (text.IsEmpty || text.SequenceEqual("NA"u8) || text.SequenceEqual("NaN"u8) || text.SequenceEqual("nan"u8)
            || text.SequenceEqual("null"u8) || text.SequenceEqual("?"u8));

    /// <summary>The nearest float to a number with a decimal point, in any culture; NaN for a missing one.</summary>
    /// <returns>Whether it is a finite number, or missing.</returns>
    public static bool TryParse(ReadOnlySpan<byte> cell, out float value)
    {
        if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return !float.IsInfinity(value);
        value = float.NaN;
        return IsMissing(cell);
    }

    /// <summary>The text of a cell; null if its bytes are not UTF-8.</summary>
    public static string? Text(ReadOnlySpan<byte> cell)
    {
        try
        {
            return Strict.GetString(cell);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>So much of a text as a message needs, without control characters.</summary>
    public static string Shown(string text)
    {
        var shown = string.Concat(text.Take(MostShown).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return text.Length > MostShown ? shown + "..." : shown;
    }

    /// <summary>So much of a cell as a message needs.</summary>
    public static string Shown(ReadOnlySpan<byte> cell) => Shown(Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 4 * MostShown)]));

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> cell) => cell.Trim(" \t"u8);
}
