// Colours that people with any kind of colour vision can tell apart, and by how light they are.

using System.Globalization;

namespace VaeFromScratch.Cli.Report;

internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>As CSS writes it.</summary>
    public string Css => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    /// <summary>The colour a part of the way to another.</summary>
    public Rgb Toward(Rgb other, double part) => new(Between(Red, other.Red, part), Between(Green, other.Green, part), Between(Blue, other.Blue, part));

    /// <summary>Black or white, whichever is easier to read on it.</summary>
    public string Ink => 0.299 * Red + 0.587 * Green + 0.114 * Blue > 140 ? "#000000" : "#ffffff";

    private static byte Between(byte from, byte to, double part) => (byte)Math.Round(from + (to - from) * part);
}

internal static class Colors
{
    // From dark blue over grey to yellow: the lightness rises evenly, and blue and yellow are told apart by all.
    private static readonly Rgb[] Scale = [new(12, 34, 87), new(68, 85, 112), new(125, 124, 120), new(187, 172, 96), new(252, 231, 84)];

    // Blue and vermilion of Okabe and Ito, "Color Universal Design" (2008).
    private static readonly Rgb TooDark = new(0, 114, 178), TooBright = new(213, 94, 0), White = new(255, 255, 255);

    /// <summary>The colour of a part of a range, 0 to 1.</summary>
    public static Rgb Of(double part)
    {
        var place = Math.Clamp(part, 0, 1) * (Scale.Length - 1);
        var first = Math.Min((int)place, Scale.Length - 2);
        return Scale[first].Toward(Scale[first + 1], place - first);
    }

    /// <summary>The colour of an error from -1 to 1: white for none, blue where a reconstruction is too dark, vermilion where it is too bright.</summary>
    public static Rgb OfError(double error)
    {
        // Errors above one half are rare: they have the full colour.
        var part = Math.Min(1, Math.Abs(error) * 2);
        return White.Toward(error < 0 ? TooDark : TooBright, part);
    }
}
