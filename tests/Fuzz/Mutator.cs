// Small damages of bytes, several at a time.

using System.Buffers.Binary;
using System.Text;

namespace VaeFromScratch.Fuzz;

/// <summary>Damages bytes: what a file may meet, and what a foe would try.</summary>
internal static class Mutator
{
    private const int MostDamages = 6, MostInserted = 64;

    private static readonly long[] Interesting =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 257, 512, 1000, 1024, 4096, 32767, 32768, 65535, 65536, 1 << 20, (1 << 24) - 1, 1 << 24,
        int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue - 1, uint.MaxValue, 1L << 32, 1L << 53, long.MaxValue - 1, long.MaxValue, long.MinValue, -1, -2, -128, -32768,
    ];

    // Words of the formats, and numbers that are hard to read.
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            ",", ";", "\t", "\n", "\r\n", "\r", "\"", "\"\"", "'", " ", ".", "-", "+", "e", "\0", "\\", "\\u0000", "\\ud800", "{", "}", "{}", "[", "]", "[[[[", "(", ")", ":", "=", "/",
            "null", "true", "false", "NaN", "nan", "NA", "?", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "0", "-0", "-1", "00", "1.5", "0x10", "9223372036854775807",
            "9223372036854775808", "18446744073709551615", "99999999999999999999999999", "2147483647", "2147483648", "4294967296", "0.1", "1,5", "F32", "F64", "U8", "dtype", "shape",
            "data_offsets", "__metadata__", "descr", "fortran_order", "'<f4'", "'>f8'", "'|u1'", "'|O'", "True", "False", "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "\u00e4", "\ufeff", "\ud7ff",
            "epoch", "hidden", "latent", "features", "format", "metrics", "400", "1,2,3", "likelihood=gaussian", "warmUp=1", "denoise=0.5",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>A copy with one to six damages.</summary>
    /// <param name="bytes">What to damage.</param>
    /// <param name="random">Which.</param>
    /// <param name="other">What parts may be taken from: another file of the same kind.</param>
    public static byte[] Damage(ReadOnlySpan<byte> bytes, Rng random, ReadOnlySpan<byte> other)
    {
        byte[] result = [.. bytes];
        for (var left = 1 + random.Below(MostDamages); left > 0; left--) result = Once(result, random, other);
        return result;
    }

    private static byte[] Once(byte[] bytes, Rng random, ReadOnlySpan<byte> other)
    {
        if (bytes.Length == 0) return random.Of(Words);
        var at = random.Below(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + random.Below(random.OneIn(4) ? bytes.Length : 8));
        switch (random.Below(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Below(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next();
                return bytes;
            case 2:
                return Number(bytes, at, random);
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 6:
                bytes.AsSpan(random.Below(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                return bytes;
            case 7:
                return [.. bytes[..at], .. random.Of(Words), .. bytes[(random.OneIn(2) ? at : at + length)..]];
            case 8:
                var inserted = new byte[1 + random.Below(MostInserted)];
                inserted.AsSpan().Fill(random.OneIn(2) ? bytes[at] : (byte)random.Next());
                return [.. bytes[..at], .. inserted, .. bytes[at..]];
            default:
                if (other.IsEmpty) return bytes;
                var from = random.Below(other.Length);
                var piece = other.Slice(from, random.OneIn(2) ? other.Length - from : Math.Min(length, other.Length - from)).ToArray();
                return [.. bytes[..at], .. piece, .. bytes[Math.Min(bytes.Length, at + (random.OneIn(2) ? piece.Length : 0))..]];
        }
    }

    private static byte[] Number(byte[] bytes, int at, Rng random)
    {
        Span<byte> number = stackalloc byte[8];
        var value = random.Of(Interesting) + (random.OneIn(4) ? random.Below(5) - 2 : 0);
        var size = 1 << random.Below(4);
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        number = number[..size];
        if (random.OneIn(2)) number.Reverse();
        at = Math.Max(0, Math.Min(at, bytes.Length - size));
        number[..Math.Min(size, bytes.Length)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
