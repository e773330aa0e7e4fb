using System.Collections.Immutable;
using System.Security.Cryptography;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

public class IdxFileTests
{
    private const string Name = "some-idx3-ubyte";

    public static TheoryData<uint[]> Shapes =>
        new([1], [7], [255], [256], [2, 3], [3, 4, 5], [1, 1, 1], [2, 3, 4, 5], [1, 28, 28], [70_000], [3, 300, 300]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Reads_one_to_four_dimensions_plain_and_gzip(uint[] sizes)
    {
        byte[] plain = IdxBytes.Array(sizes);
        foreach (byte[] file in new[] { plain, IdxBytes.Gzip(plain) })
        {
            foreach (Stream stream in new Stream[] { new MemoryStream(file), new Trickle(file) })
            {
                IdxArray array = IdxFile.Read(stream, Name);
                Assert.Equal(sizes.Select(size => (int)size), array.Dimensions);
                Assert.True(plain.AsSpan(4 + (4 * sizes.Length)).SequenceEqual(array.Data));
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(plain)), array.ComputeSha256());
            }
        }
    }

    [Fact]
    public void Gzip_is_told_by_its_first_bytes_not_by_the_name()
    {
        using var folder = new TemporaryFolder();
        byte[] plain = IdxBytes.Array(2, 3);
        File.WriteAllBytes(folder["plain.gz"], plain);
        File.WriteAllBytes(folder["gzip"], IdxBytes.Gzip(plain));
        Assert.Equal(IdxFile.Read(folder["plain.gz"]).Data, IdxFile.Read(folder["gzip"]).Data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_at_any_byte_is_refused(bool gzip)
    {
        byte[] file = gzip ? IdxBytes.Gzip(IdxBytes.Array(3, 4, 5)) : IdxBytes.Array(3, 4, 5);
        for (int length = 0; length < file.Length; length++)
            Refused(file[..length]);
        Assert.Equal(60, Read(file).Data.Length);
    }

    [Fact]
    public void A_cut_file_is_described()
    {
        byte[] plain = IdxBytes.Array(3, 4, 5);
        Assert.Equal($"{Name}: the header declares 3 x 4 x 5 = 60 bytes, but the file ends after 10.", Refused(plain[..26]));
        Assert.Equal($"{Name}: the header declares 7 bytes, but the file ends after 5.", Refused(IdxBytes.Array(7)[..13]));
        Assert.Equal($"{Name}: the file ends after 9 bytes, inside its IDX header of 16.", Refused(plain[..9]));
        byte[] gzip = IdxBytes.Gzip(plain);
        Assert.Contains("the gzip data is cut short or damaged: it ends after ", Refused(gzip[..^3]), StringComparison.Ordinal);
        Assert.Equal(
            $"{Name}: the header declares 3 x 4 x 5 = 60 bytes, but the file ends after 10.", Refused(IdxBytes.Gzip(plain[..26])));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Every_flipped_bit_of_a_gzip_file_is_refused_or_harmless(byte[] repeated)
    {
        // Long matches as well as literals; the array is the same with any content.
        byte[] plain = repeated.Length == 0
            ? IdxBytes.Array(3, 4, 5)
            : [.. IdxBytes.Header(60), .. Enumerable.Repeat(repeated, 6).SelectMany(bytes => bytes)];
        foreach (byte[] file in new[] { IdxBytes.Gzip(plain), WithAllHeaderFields(plain) })
        {
            IdxArray expected = Read(file);
            int refused = 0;
            for (int bit = 0; bit < 8 * file.Length; bit++)
            {
                byte[] damaged = [.. file];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                try
                {
                    IdxArray found = Read(damaged);
                    Assert.Equal(expected.Dimensions, found.Dimensions);
                    Assert.Equal(expected.Data, found.Data);
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }

            // Harmless are the time, the system, hints, and texts; all the rest must be noticed.
            Assert.InRange(refused, 8 * (file.Length - 30), 8 * file.Length);
        }
    }

    [Fact]
    public void Every_flipped_bit_of_the_gzip_trailer_is_refused()
    {
        byte[] file = IdxBytes.Gzip(IdxBytes.Array(3, 4, 5));
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] damaged = [.. file];
            damaged[file.Length - 8 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Assert.Contains("the gzip data is damaged: it inflates to 76 bytes", Refused(damaged), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Optional_fields_of_the_gzip_header_are_skipped_and_their_sum_is_checked()
    {
        byte[] file = WithAllHeaderFields(IdxBytes.Array(5));
        Assert.Equal(IdxBytes.Elements(5), Read(file).Data);
        file[14] ^= 1; // in the extra field
        Assert.Contains("the gzip header is damaged", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_after_the_data_are_refused()
    {
        byte[] plain = IdxBytes.Array(3, 4, 5);
        byte[] gzip = IdxBytes.Gzip(plain);
        for (int extra = 1; extra <= 40; extra++)
        {
            Assert.Equal($"{Name}: the header declares 3 x 4 x 5 = 60 bytes, but more follow.", Refused([.. plain, .. new byte[extra]]));
            Refused(IdxBytes.Gzip([.. plain, .. new byte[extra]]));
            Refused([.. gzip, .. new byte[extra]]);
            Refused([.. gzip, .. Enumerable.Repeat((byte)0x1F, extra)]);
            Refused([.. gzip, .. gzip[^Math.Min(extra, gzip.Length)..]]);
        }

        // Bytes between the deflate data and a trailer that fits: sum and size alone do not notice, whether few or many.
        foreach (int extra in new[] { 1, 8, 100_000 })
        {
            byte[] padded = [.. gzip[..^8], .. new byte[extra], .. gzip[^8..]];
            Assert.Contains("followed by other bytes", Refused(padded), StringComparison.Ordinal);
        }

        Assert.Contains("followed by other bytes", Refused([.. gzip, .. gzip]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_header_is_described()
    {
        byte[] file = IdxBytes.Array(3, 4, 5);
        Assert.Equal(
            $"{Name}: the file begins with 50040803, expected 0000 and the element type of an IDX file.",
            Refused([0x50, 4, .. file[2..]]));
        foreach (byte type in new byte[] { 0, 7, 9, 0x0B, 0x0C, 0x0D, 0x0E, 255 })
            Assert.Equal($"{Name}: the element type is 0x{type:X2}, expected 0x08 (unsigned bytes).", Refused([0, 0, type, .. file[3..]]));
        foreach (byte rank in new byte[] { 0, 5, 255 })
            Assert.Equal($"{Name}: the header declares {rank} dimensions, expected 1 to 4.", Refused([0, 0, 8, rank, .. new byte[2000]]));
        Assert.Equal($"{Name}: the header declares 3 x 0 x 5, expected no size of 0.", Refused(IdxBytes.Header(3, 0, 5)));
        byte[] gzip = IdxBytes.Gzip(file);
        Assert.Equal($"{Name}: the gzip data is compressed by method 7, expected 8 (deflate).", Refused([.. gzip[..2], 7, .. gzip[3..]]));
    }

    [Theory]
    [InlineData(new uint[] { 1u << 30 })]
    [InlineData(new uint[] { 1u << 31 })]
    [InlineData(new[] { uint.MaxValue })]
    [InlineData(new uint[] { 1024, 1024, 1024 })]
    [InlineData(new uint[] { 65536, 65536, 65536, 65536 })]
    [InlineData(new[] { uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue })]
    public void A_declared_size_buys_no_memory(uint[] sizes)
    {
        byte[] plain = [.. IdxBytes.Header(sizes), .. new byte[100]];
        foreach (byte[] file in new[] { plain, IdxBytes.Gzip(plain) })
        {
            foreach (bool seekable in new[] { true, false })
            {
                Stream stream = seekable ? new MemoryStream(file) : new Trickle(file);
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Throws<InvalidDataException>(() => IdxFile.Read(stream, Name));
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
            }
        }
    }

    [Fact]
    public void A_gzip_bomb_is_not_inflated()
    {
        byte[] tail = new byte[16 * 1024 * 1024];
        byte[] small = IdxBytes.Gzip([.. IdxBytes.Header(1000), .. tail]);
        byte[] large = IdxBytes.Gzip([.. IdxBytes.Header((uint)tail.Length), .. tail]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"{Name}: the header declares 1000 bytes, but more follow.", Refused(small));
        string tooMany = Assert.Throws<InvalidDataException>(() => IdxFile.Read(new MemoryStream(large), Name, tail.Length - 1)).Message;
        Assert.Equal($"{Name}: the header declares {tail.Length} bytes, expected at most {tail.Length - 1}.", tooMany);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);

        // It is a valid file, and a caller that allows its size gets it.
        Assert.Equal(tail.Length, IdxFile.Read(new MemoryStream(large), Name, tail.Length).Data.Length);
    }

    [Fact]
    public void More_compressed_bytes_than_the_limit_can_need_are_refused()
    {
        byte[] file = [.. IdxBytes.Gzip(IdxBytes.Array(1)), .. new byte[200_000]];
        string message = Assert.Throws<InvalidDataException>(() => IdxFile.Read(new MemoryStream(file), Name, maxElements: 1)).Message;
        Assert.Contains("the compressed file has", message, StringComparison.Ordinal);
    }

    private static IdxArray Read(byte[] file) => IdxFile.Read(new MemoryStream(file), Name);

    private static string Refused(byte[] file)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(file)).Message;
        Assert.StartsWith(Name + ": ", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        return message;
    }

    // FEXTRA, FNAME, FCOMMENT and FHCRC, RFC 1952 section 2.3.1.
    private static byte[] WithAllHeaderFields(byte[] content)
    {
        byte[] gzip = IdxBytes.Gzip(content);
        byte[] header = [.. gzip[..3], 2 | 4 | 8 | 16, .. gzip[4..10], 3, 0, 7, 8, 9, .. "name\0"u8, .. "a comment\0"u8];
        uint crc = Crc32.Append(0, header);
        return [.. header, (byte)crc, (byte)(crc >> 8), .. gzip[10..]];
    }

    // Cannot seek, and gives a few bytes at a time, as a socket may.
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 7777)]);
    }
}
