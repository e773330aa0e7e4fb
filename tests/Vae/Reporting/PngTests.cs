// PNG files against one made elsewhere, and read back by .NET's own decompressor.

using System.Buffers.Binary;
using System.IO.Compression;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Vae.Tests;

public class PngTests
{
    // Python: b'\x89PNG\r\n\x1a\n' and the chunks IHDR, IDAT, IEND by struct.pack and zlib.crc32; IDAT is zlib.compress(rows, 0).
    private const string TwoByTwo = "89504e470d0a1a0a0000000d494844520000000200000002080000000057dd52f8000000"
        + "11494441547801010600f9ff0000ff00800705090187074d3b8f0000000049454e44ae426082";

    [Fact]
    public void A_grey_image_is_the_file_that_python_makes() =>
        Assert.Equal(TwoByTwo, Convert.ToHexStringLower(Png.Grey([0, 255, 128, 7], 2, 2)), ignoreCase: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(300, 250)]
    public void An_image_in_colours_can_be_read_back(int width, int height)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i * i % 251))];
        var chunks = Chunks(Png.Rgb(pixels, width, height));
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal((width, height), (BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data), BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data.AsSpan(4))));
        Assert.Equal(new byte[] { 8, 2, 0, 0, 0 }, chunks[0].Data[8..]);

        using var zlib = new ZLibStream(new MemoryStream(chunks[1].Data), CompressionMode.Decompress);
        var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal(pixels, rows.ToArray().Chunk(3 * width + 1).SelectMany(row => row[1..]));
        Assert.All(rows.ToArray().Chunk(3 * width + 1), row => Assert.Equal(0, row[0]));
    }

    [Fact]
    public void As_many_bytes_as_the_sizes_say_are_expected()
    {
        Assert.Contains("2 x 2 x 1", Assert.Throws<ArgumentException>(() => Png.Grey([1, 2, 3], 2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Rgb([], 0, 0));
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Assert.Equal(Crc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((System.Text.Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        return chunks;
    }

    // Bit by bit, as the standard defines it.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
