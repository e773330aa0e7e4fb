// PNG files of small 8-bit images. They are stored and not compressed: a compressor's output differs between machines and versions.

using System.Buffers.Binary;
using System.Text;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Writes PNG files (ISO/IEC 15948): the same bytes for the same pixels on every machine.</summary>
/// <remarks>
/// The image data are a zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4), each row behind the filter type 0, "none". Larger than
/// a compressed file, by some half for a picture of clothing, and a few lines long.
/// </remarks>
public static class Png
{
    private const byte GreyType = 0, RgbType = 2;
    private const int MostOfBlock = 65535;

    /// <summary>A grey image.</summary>
    /// <param name="pixels">0 is black, 255 is white: <c>[height, width]</c>, row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">There are not as many bytes as the sizes say.</exception>
    public static byte[] Grey(ReadOnlySpan<byte> pixels, int width, int height) => Write(pixels, width, height, GreyType, 1);

    /// <summary>An image in colours.</summary>
    /// <param name="pixels">Red, green and blue of each pixel: <c>[height, width, 3]</c>, row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">There are not as many bytes as the sizes say.</exception>
    public static byte[] Rgb(ReadOnlySpan<byte> pixels, int width, int height) => Write(pixels, width, height, RgbType, 3);

    private static byte[] Write(ReadOnlySpan<byte> pixels, int width, int height, byte colourType, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException(FormattableString.Invariant($"There are {pixels.Length} bytes; expected {height} x {width} x {channels}."), nameof(pixels));

        var file = new MemoryStream();
        file.Write(PngFile.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colourType);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Zlib(Rows(pixels, width * channels, height)));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    // Each row behind its filter type, 0.
    private static byte[] Rows(ReadOnlySpan<byte> pixels, int stride, int height)
    {
        var rows = new byte[(stride + 1) * height];
        for (var y = 0; y < height; y++) pixels.Slice(y * stride, stride).CopyTo(rows.AsSpan(y * (stride + 1) + 1));
        return rows;
    }

    private static byte[] Zlib(ReadOnlySpan<byte> data)
    {
        var stream = new MemoryStream();
        // Deflate with a window of 32 KiB; with the second byte the pair is a multiple of 31.
        stream.Write([0x78, 0x01]);
        Span<byte> numbers = stackalloc byte[4];
        for (var start = 0; start < data.Length; start += MostOfBlock)
        {
            var block = data.Slice(start, Math.Min(MostOfBlock, data.Length - start));
            stream.WriteByte(start + block.Length == data.Length ? (byte)1 : (byte)0);
            BinaryPrimitives.WriteUInt16LittleEndian(numbers, (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(numbers[2..], (ushort)~block.Length);
            stream.Write(numbers);
            stream.Write(block);
        }

        BinaryPrimitives.WriteUInt32BigEndian(numbers, Adler32(data));
        stream.Write(numbers);
        return stream.ToArray();
    }

    // The check sum of zlib (RFC 1950, section 9).
    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        const uint modulus = 65521;
        var (a, b) = (1u, 0u);
        foreach (var value in data)
        {
            a = (a + value) % modulus;
            b = (b + a) % modulus;
        }

        return b << 16 | a;
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var name = Encoding.ASCII.GetBytes(type);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, name), data));
        file.Write(number);
    }
}
