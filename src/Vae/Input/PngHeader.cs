// What the header of a PNG file declares.

using System.Buffers.Binary;

namespace VaeFromScratch.Vae.Input;

internal enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>The header of a PNG file.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Depth">Bits of a sample.</param>
/// <param name="Colour">What the samples of a pixel are.</param>
internal readonly record struct PngHeader(int Height, int Width, int Depth, PngColour Colour)
{
    /// <summary>Samples of a pixel.</summary>
    public int Samples => Colour switch { PngColour.GreyAlpha => 2, PngColour.Rgb => 3, PngColour.Rgba => 4, _ => 1 };

    /// <summary>Bytes of a row, without the byte of its filter.</summary>
    public int RowBytes => (int)(((long)Width * Samples * Depth + 7) / 8);

    /// <summary>How far the filters look to the left: the bytes of a pixel, at least one.</summary>
    public int PixelBytes => Math.Max(1, Samples * Depth / 8);

    /// <summary>Reads the 13 bytes of the chunk IHDR.</summary>
    /// <exception cref="InvalidDataException">They are no header, or that of a kind that is not read.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        var (depth, colour) = (data[8], (PngColour)data[9]);
        if (width == 0 || height == 0 || (ulong)width * height > InputShape.MaxPixels)
            throw new InvalidDataException($"the PNG declares {height} x {width} pixels; expected 1 to {InputShape.MaxPixels}.");
        var known = colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!known) throw new InvalidDataException($"the PNG declares the colour type {data[9]} with {depth} bits; expected a pair that the standard knows.");
        if (data[10] != 0 || data[11] != 0) throw new InvalidDataException($"the PNG declares compression {data[10]} and filter {data[11]}; expected 0 and 0.");
        return data[12] == 0 ? new((int)height, (int)width, depth, colour) : throw new InvalidDataException("the PNG is interlaced; expected one that is not.");
    }
}
