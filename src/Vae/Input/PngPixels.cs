// From the compressed rows of a PNG file to grey values in [0, 1].

using System.Buffers.Binary;
using System.IO.Compression;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Input;

internal static class PngPixels
{
    /// <summary>Makes sure that the image data can hold the pixels that the header declares, so that memory follows bytes that are there.</summary>
    /// <exception cref="InvalidDataException">It is too short.</exception>
    public static void RequireEnough(PngFile png)
    {
        var (header, compressed) = (png.Header, png.Data.Sum(part => (long)part.Length));
        if ((header.RowBytes + 1L) * header.Height > compressed * IdxFile.MaxInflation)
            throw new InvalidDataException($"the PNG declares {header.Height} x {header.Width} pixels, more than its {compressed} bytes of image data can hold.");
    }

    /// <summary>
    /// Reads an image as grey values, <c>[height, width]</c>. Colours become grey by the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, of the
    /// values as they stand; a grey that is written as a colour gives the same bits. Transparency is ignored.
    /// </summary>
    /// <exception cref="InvalidDataException">The image data is damaged; the sentence does not name the file.</exception>
    public static void Read(PngFile png, Span<float> values)
    {
        var header = png.Header;
        var palette = PaletteGreys(png);
        byte[] row = new byte[header.RowBytes + 1], above = new byte[header.RowBytes + 1];
        using var rows = new ZLibStream(new Parts(png.Data), CompressionMode.Decompress);
        for (var y = 0; y < header.Height; y++)
        {
            if (Fill(rows, row, y) < row.Length)
                throw new InvalidDataException($"the image data of the PNG ends in row {y + 1} of {header.Height}.");
            Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), header.PixelBytes, y);
            Grey(header, palette, row.AsSpan(1), values.Slice(y * header.Width, header.Width));
            (row, above) = (above, row);
        }

        // Also has the check sum of the zlib stream compared.
        if (Fill(rows, row.AsSpan(0, 1), header.Height - 1) > 0) throw new InvalidDataException($"the PNG has more image data than its {header.Height} x {header.Width} pixels.");
    }

    private static int Fill(ZLibStream rows, Span<byte> bytes, int y)
    {
        try
        {
            return rows.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // It lies in memory: an IOException is the decompressor's, which asks for a dictionary that PNG does not know.
            throw new InvalidDataException($"the image data of the PNG is damaged in or before row {y + 1}.", e);
        }
    }

    // Each byte was replaced by its difference to what its neighbours foretell: left, above, or above to the left.
    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel, int y)
    {
        switch (filter)
        {
            case 0: break;
            case 1:
                for (var i = pixel; i < row.Length; i++) row[i] += row[i - pixel];
                break;
            case 2:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < row.Length; i++) row[i] += (byte)(((i < pixel ? 0 : row[i - pixel]) + above[i]) / 2);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++) row[i] += i < pixel ? above[i] : Paeth(row[i - pixel], above[i], above[i - pixel]);
                break;
            default: throw new InvalidDataException($"row {y + 1} of the PNG has the filter {filter}; expected 0 to 4.");
        }
    }

    // The neighbour that is nearest to left + up - corner; on a tie, in this order.
    private static byte Paeth(byte left, byte up, byte corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static void Grey(PngHeader header, ReadOnlySpan<float> palette, ReadOnlySpan<byte> row, Span<float> values)
    {
        if (header is { Colour: PngColour.Grey, Depth: 8 })
        {
            UnitInterval.FromBytes(row, values);
            return;
        }

        var (samples, depth) = (header.Samples, header.Depth);
        var whole = (1 << depth) - 1;
        for (var x = 0; x < values.Length; x++)
        {
            var first = Sample(row, x * samples, depth);
            values[x] = header.Colour switch
            {
                PngColour.Grey or PngColour.GreyAlpha => (float)first / whole,
                PngColour.Palette => first < palette.Length ? palette[first]
                    : throw new InvalidDataException($"a pixel of the PNG has colour {first} of a palette of {palette.Length}."),
                _ => Luma(first, Sample(row, x * samples + 1, depth), Sample(row, x * samples + 2, depth), whole),
            };
        }
    }

    // Samples of less than a byte begin at its high bits.
    private static int Sample(ReadOnlySpan<byte> row, int index, int depth) => depth switch
    {
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        8 => row[index],
        _ => row[index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1),
    };

    // Whole numbers up to the division, and one rounding more than it needs: for r = g = b it is exactly that value divided by the largest.
    private static float Luma(int r, int g, int b, int whole) => (float)((299 * r + 587 * g + 114 * b) / (1000.0 * whole));

    private static float[] PaletteGreys(PngFile png)
    {
        if (png.Header.Colour != PngColour.Palette) return [];
        var colours = png.Palette.Span;
        if (colours.IsEmpty) throw new InvalidDataException("the PNG has no palette, though its header says so.");
        var greys = new float[colours.Length / 3];
        for (var i = 0; i < greys.Length; i++) greys[i] = Luma(colours[3 * i], colours[3 * i + 1], colours[3 * i + 2], byte.MaxValue);
        return greys;
    }

    // The parts of the image data, one after the other.
    private sealed class Parts(IReadOnlyList<ReadOnlyMemory<byte>> parts) : ForwardStream
    {
        private int _part, _at;

        public override int Read(Span<byte> buffer)
        {
            while (_part < parts.Count && _at == parts[_part].Length) (_part, _at) = (_part + 1, 0);
            if (_part == parts.Count) return 0;
            var count = Math.Min(buffer.Length, parts[_part].Length - _at);
            parts[_part].Span.Slice(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
