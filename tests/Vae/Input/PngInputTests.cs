using System.Buffers.Binary;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Vae.Tests.Input;

public class PngInputTests
{
    private static readonly byte[] Whole = Png.Grey([0, 255, 128, 7, 9, 11], 3, 2);

    // The file with a chunk replaced, its check sum made anew.
    private static byte[] With(string type, byte[] data)
    {
        byte[] signed = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[signed.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        signed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.Append(0, signed));
        const int afterHeader = 33, endChunk = 12;
        return type switch
        {
            "IHDR" => [.. Whole[..8], .. chunk, .. Whole[afterHeader..]],
            "IDAT" => [.. Whole[..afterHeader], .. chunk, .. Whole[^endChunk..]],
            _ => [.. Whole[..afterHeader], .. chunk, .. Whole[afterHeader..]],
        };
    }

    private static byte[] Header(int width, int height, byte depth = 8, byte colour = 0, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[10], header[11], header[12]) = (depth, colour, compression, filter, interlace);
        return With("IHDR", header);
    }

    private static string? Problem(byte[] file) => Assert.Single(InputFiles.Rows(file)).Problem;

    [Fact]
    public void A_folder_is_read_in_the_ordinal_order_of_its_names()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["b.png"], Png.Grey([0, 51], 2, 1));
        File.WriteAllBytes(folder["B.PNG"], Png.Rgb([255, 255, 255, 51, 51, 51], 2, 1));
        File.WriteAllBytes(folder["a10.png"], Png.Grey([102, 153], 2, 1));
        File.WriteAllBytes(folder["a9.png"], Png.Grey([1, 2], 2, 1));
        File.WriteAllText(folder["notes.txt"], "no image");
        using var reader = InputReader.Open(folder.Path, InputFiles.Plain);
        Assert.Equal((4, InputShape.Images(1, 2)), (reader.Count, reader.Shape));
        var rows = InputFiles.Rows(reader);
        Assert.Equal(["B.PNG", "a10.png", "a9.png", "b.png"], rows.Select(row => row.Name));
        Assert.Equal([1, 2, 3, 4], rows.Select(row => row.Number));
        // A grey in colours is the same grey, to the bit.
        Assert.Equal([1f, 51 / 255f, 102 / 255f, 153 / 255f, 1 / 255f, 2 / 255f, 0, 51 / 255f], InputFiles.Values(rows));
    }

    [Fact]
    public void A_damaged_image_or_one_of_another_size_is_a_problem_of_its_row_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.png"], Whole[..20]);
        File.WriteAllBytes(folder["b.png"], Whole);
        File.WriteAllBytes(folder["c.png"], Png.Grey([1, 2], 2, 1));
        File.WriteAllBytes(folder["d.png"], Whole);
        using var reader = InputReader.Open(folder.Path, InputFiles.Plain);
        Assert.Equal(InputShape.Images(2, 3), reader.Shape);
        var rows = InputFiles.Rows(reader);
        Assert.Equal(["the PNG is damaged or cut short: the chunk at byte 8 declares 13 bytes, but the file has 20.", null, "the PNG has 1 x 2 pixels; expected 2 x 3.", null],
            rows.Select(row => row.Problem));
        Assert.Equal(rows[1].Values, rows[3].Values);
    }

    [Fact]
    public void An_image_that_can_not_be_opened_or_does_not_fit_the_model_is_a_problem_of_its_row_alone_be_it_the_first()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["a.png"], folder["nothing"]);
        File.WriteAllBytes(folder["b.png"], Png.Grey([1, 2], 2, 1));
        File.WriteAllBytes(folder["c.png"], Whole);
        using var reader = InputReader.Open(folder.Path, new() { Expected = InputShape.Images(2, 3) });
        var problems = InputFiles.Rows(reader).Select(row => row.Problem).ToArray();
        Assert.Contains("a.png", problems[0], StringComparison.Ordinal);
        Assert.Equal(["the PNG has 1 x 2 pixels; expected 2 x 3.", null], problems[1..]);
    }

    [Fact]
    public void A_folder_without_an_image_is_refused()
    {
        using var folder = new TemporaryFolder();
        string Message(InputOptions? options = null) => Assert.Throws<InvalidDataException>(() => InputReader.Open(folder.Path, options ?? InputFiles.Plain)).Message;
        Assert.Equal($"{folder.Path}: the folder holds no PNG; expected files with names in .png.", Message());
        File.WriteAllText(folder["a.png"], "text");
        Assert.Equal($"{folder.Path}: the folder holds 1 files with names in .png, but none begins as a PNG that can be read.", Message());
        File.WriteAllBytes(folder["b.png"], Whole);
        Assert.Equal($"{folder.Path}: it holds images of 2 x 3 pixels; the model expects rows of 5 values.", Message(new() { Expected = InputShape.Table(5) }));
        Assert.Equal($"{folder.Path}: it has no line that could be a header; only CSV has.", Message(new() { HasHeader = false }));
        Assert.Equal($"{folder.Path}: it has no column 'kind' of labels; only CSV has.", Message(new() { LabelColumn = "kind" }));
    }

    [Fact]
    public void A_header_that_is_not_read_is_described()
    {
        Assert.Equal("some-file: the PNG declares 0 x 3 pixels; expected 1 to 16777216.", InputFiles.Refused(Header(3, 0)));
        Assert.Equal("some-file: the PNG declares 65536 x 65536 pixels; expected 1 to 16777216.", InputFiles.Refused(Header(65536, 65536)));
        Assert.Equal("some-file: the PNG declares the colour type 2 with 4 bits; expected a pair that the standard knows.", InputFiles.Refused(Header(3, 2, 4, 2)));
        Assert.Equal("some-file: the PNG declares the colour type 5 with 8 bits; expected a pair that the standard knows.", InputFiles.Refused(Header(3, 2, 8, 5)));
        Assert.Equal("some-file: the PNG declares compression 1 and filter 2; expected 0 and 0.", InputFiles.Refused(Header(3, 2, compression: 1, filter: 2)));
        Assert.Equal("some-file: the PNG is interlaced; expected one that is not.", InputFiles.Refused(Header(3, 2, interlace: 1)));
        Assert.Equal("some-file: the PNG begins with a chunk IEND of 0 bytes; expected IHDR of 13.", InputFiles.Refused([.. Whole[..8], .. Whole[^12..]]));
    }

    [Fact]
    public void Damage_of_the_image_data_is_described()
    {
        // Whole: a stored block of the rows [0; 0 255 128] and [0; 7 9 11].
        byte[] zlib = Whole[41..^16];
        Assert.Null(Problem(With("IDAT", zlib)));
        Assert.Equal("the image data of the PNG ends in row 1 of 2.", Problem(With("IDAT", zlib[..9])));
        Assert.Equal("the image data of the PNG is damaged in or before row 1.", Problem(With("IDAT", [1, 2, 3, 4])));
        // A zlib stream that asks for a dictionary (found by fuzzing).
        Assert.Equal("the image data of the PNG is damaged in or before row 1.", Problem(With("IDAT", [0x78, 0x20, 1, 2, 3, 4, 5, 6])));
        byte[] sum = [.. zlib[..^1], (byte)(zlib[^1] ^ 1)];
        Assert.StartsWith("the image data of the PNG is damaged in or before row ", Problem(With("IDAT", sum)), StringComparison.Ordinal);
        Assert.Equal("the PNG has more image data than its 1 x 3 pixels.", Problem(Header(3, 1)));
        Assert.Equal("the image data of the PNG ends in row 3 of 3.", Problem(Header(3, 3)));
        Assert.Equal("the PNG declares 4096 x 4096 pixels, more than its 19 bytes of image data can hold.", Problem(Header(4096, 4096)));
        Assert.Equal("the PNG declares 2 x 3 pixels, more than its 0 bytes of image data can hold.", Problem(With("IDAT", [])));
        byte[] filter = [.. zlib];
        filter[7] = 5;
        Assert.Equal("row 1 of the PNG has the filter 5; expected 0 to 4.", Problem(With("IDAT", filter)));
        Assert.Equal("the PNG has no palette, though its header says so.", Problem(Header(3, 2, 8, 3)));
        Assert.Equal("the palette of the PNG has 4 bytes; expected 3 a colour, of at most 256 colours.", Problem(With("PLTE", new byte[4])));
        byte[] palette = [.. Header(3, 2, 8, 3)[..33], .. With("PLTE", new byte[6])[33..]];
        Assert.Equal("a pixel of the PNG has colour 255 of a palette of 2.", Problem(palette));
        Assert.Equal("the PNG has a chunk QQQQ; expected IHDR, PLTE, IDAT and IEND alone, or chunks that may be left out.", Problem(With("QQQQ", [])));
        Assert.Null(Problem(With("qQQQ", [1, 2])));
    }

    // Found by fuzzing: 74 bytes bought 64 MB.
    [Fact]
    public void A_declared_size_buys_no_memory()
    {
        var file = Header(4096, 4096);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Problem(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_noticed()
    {
        for (var bit = 8 * 8; bit < 8 * Whole.Length; bit++)
        {
            byte[] damaged = [.. Whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Refusal(damaged) is not null, $"bit {bit}");
        }

        for (var length = 9; length < Whole.Length; length++) Assert.Contains("cut short", Refusal(Whole[..length]), StringComparison.Ordinal);

        static string? Refusal(byte[] file)
        {
            try
            {
                return InputFiles.Rows(file)[0].Problem;
            }
            catch (InvalidDataException e)
            {
                return e.Message;
            }
        }
    }
}
