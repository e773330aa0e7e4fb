// What is written can be read: for any numbers and shapes, found by CsCheck.

using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsCheck;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Tests.Data;

namespace VaeFromScratch.Vae.Tests.Input;

public class InputPropertyTests
{
    private static readonly Gen<(int Rows, int Columns)> Sizes = Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20]);

    // Any bits of a float that are a finite number.
    private static readonly Gen<float> Finite = Gen.UInt.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite);

    private static readonly Gen<(int Columns, float[] Values)> Tables =
        Sizes.SelectMany(size => Finite.Array[size.Rows * size.Columns].Select(values => (size.Columns, values)));

    [Fact]
    public void What_NpyFile_writes_is_read_to_the_bit() => Tables.Sample(table =>
    {
        var stream = new MemoryStream();
        var file = new NpyFile(stream, table.Columns);
        foreach (var row in table.Values.Chunk(table.Columns)) file.Write(row);
        file.Finish();
        Assert.Equal(128 + 4 * table.Values.Length, stream.Position);
        Assert.Equal(InputFiles.Bits(table.Values), InputFiles.Bits(InputFiles.Values(InputFiles.Rows(stream.ToArray()))));
        Assert.Equal(InputFiles.Bits(table.Values), InputFiles.Bits(InputFiles.Values(InputFiles.Rows(InputFiles.Zip(("x.npy", stream.ToArray()))))));
    });

    [Fact]
    public void Floats_as_text_are_read_to_the_bit() => Gen.Select(Tables, Gen.Int[0, 2].Select(i => ",;\t"[i]), Gen.Bool.Select(windows => windows ? "\r\n" : "\n"), Gen.Bool, Gen.Bool).Sample((table, separator, end, quoted, header) =>
    {
        var text = new StringBuilder(header ? string.Join(separator, Enumerable.Range(0, table.Columns).Select(i => $"x{i}")) + end : "");
        foreach (var row in table.Values.Chunk(table.Columns))
            text.AppendJoin(separator, row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)).Select(cell => quoted ? $"\"{cell}\"" : cell)).Append(end);
        Assert.Equal(InputFiles.Bits(table.Values), InputFiles.Bits(InputFiles.Values(InputFiles.Rows(text.ToString()))));
    });

    [Fact]
    public void Any_label_can_be_quoted() => Gen.String[Gen.Char['\0', '\uD7FF'], 0, 30].Array[1, 5].Sample(labels =>
    {
        var text = "label,x\n" + string.Concat(labels.Select((label, i) => $"\"{label.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{i}\r\n"));
        // A zero byte among the first says that the file is no text.
        if (labels.Any(label => label.Contains('\0', StringComparison.Ordinal))) return;
        Assert.Equal(labels, InputFiles.Rows(text, new() { LabelColumn = "label" }).Select(row => row.Label));
    });

    [Fact]
    public void Bytes_are_the_same_images_in_every_format() => Sizes.SelectMany(size => Gen.Byte.Array[3 * size.Rows * size.Columns].Select(bytes => (size, bytes))).Sample(images =>
    {
        var ((height, width), bytes) = images;
        var expected = bytes.Select(value => value / 255f).ToArray();
        byte[] idx = [.. IdxBytes.Header(3, (uint)height, (uint)width), .. bytes];
        Assert.Equal(expected, InputFiles.Values(InputFiles.Rows(idx)));
        Assert.Equal(expected, InputFiles.Values(InputFiles.Rows(IdxBytes.Gzip(idx))));
        Assert.Equal(expected, InputFiles.Values(InputFiles.Rows(InputFiles.Npy("|u1", $"3, {height}, {width}", bytes))));
        Assert.Equal(expected, bytes.Chunk(height * width).SelectMany(image => InputFiles.Values(InputFiles.Rows(Png.Grey(image, width, height)))));
        Assert.Equal(IdxFile.Read(new MemoryStream(idx), "idx").Data, bytes);
    });

    [Fact]
    public void Colours_become_their_luma() => Sizes.SelectMany(size => Gen.Byte.Array[3 * size.Rows * size.Columns].Select(bytes => (size, bytes))).Sample(image =>
    {
        var values = InputFiles.Values(InputFiles.Rows(Png.Rgb(image.bytes, image.size.Columns, image.size.Rows)));
        foreach (var (i, pixel) in image.bytes.Chunk(3).Index())
            Assert.Equal((0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]) / 255, values[i], 1e-7);
    });

    [Fact]
    public void An_array_of_one_dimension_has_the_shape_that_numpy_writes()
    {
        var stream = new MemoryStream([9, 9, 9], 0, 3, true) { Position = 0 };
        Assert.Throws<NotSupportedException>(() => new NpyFile(stream));
        stream = new MemoryStream();
        stream.WriteByte(7);
        var file = new NpyFile(stream);
        file.Write([1, 2, 3]);
        file.Finish();
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", Encoding.ASCII.GetString(stream.ToArray(), 11, 118).TrimEnd());
        Assert.Equal(1 + 128 + 12, stream.Length);
        Assert.Throws<ArgumentException>(() => new NpyFile(new MemoryStream(), 2).Write([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new NpyFile(new GZipStream(Stream.Null, CompressionMode.Compress)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NpyFile(new MemoryStream(), 0));
    }
}
