using System.Buffers.Binary;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Tests.Data;

namespace VaeFromScratch.Vae.Tests.Input;

/// <summary>IDX, NPY and NPZ, whole and damaged.</summary>
public class ArrayInputTests
{
    private static byte[] Floats(params float[] values)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return bytes;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_images_are_divided_by_255_and_tables_are_taken_as_they_are(bool gzip)
    {
        byte[] File(params uint[] sizes) => gzip ? IdxBytes.Gzip(IdxBytes.Array(sizes)) : IdxBytes.Array(sizes);
        using var images = InputFiles.Open(File(3, 4, 5));
        Assert.Equal(InputShape.Images(4, 5), images.Shape);
        Assert.Equal(3, images.Count);
        Assert.Equal(IdxBytes.Elements(60).Select(value => value / 255f), InputFiles.Values(InputFiles.Rows(images)));
        using var table = InputFiles.Open(File(3, 20));
        Assert.Equal(InputShape.Table(20), table.Shape);
        Assert.Equal(IdxBytes.Elements(60).Select(value => (float)value), InputFiles.Values(InputFiles.Rows(table)));
    }

    [Fact]
    public void Rows_longer_than_a_block_are_read_whole()
    {
        var bytes = IdxBytes.Elements(2 * 300 * 400);
        Assert.Equal(bytes.Select(value => value / 255f), InputFiles.Values(InputFiles.Rows([.. IdxBytes.Header(2, 300, 400), .. bytes])));
        var floats = bytes.Select(value => (float)value).ToArray();
        Assert.Equal(floats, InputFiles.Values(InputFiles.Rows(InputFiles.Npy("<f4", "2, 120000", Floats(floats)))));
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var npy = InputFiles.Npy("<f4", "3, 2", Floats(1, 2, 3, 4, 5, 6));
        foreach (var file in new[] { npy, IdxBytes.Array(3, 4, 5), IdxBytes.Gzip(IdxBytes.Array(3, 4, 5)), IdxBytes.Gzip(npy), InputFiles.Zip(("x.npy", npy)) })
            // From two bytes on it is no longer taken for text.
            for (var length = 4; length < file.Length; length++) Assert.StartsWith(InputFiles.Name, InputFiles.Refused(file[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flipped_bit_of_a_compressed_file_is_refused_or_harmless()
    {
        var npy = InputFiles.Npy("<f4", "3, 2", Floats(1, 2, 3, 4, 5, 6));
        foreach (var file in new[] { IdxBytes.Gzip(npy), InputFiles.Zip(("x.npy", npy)) })
        {
            for (var bit = 32; bit < 8 * file.Length; bit++)
            {
                byte[] damaged = [.. file];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                try
                {
                    Assert.Equal([1, 2, 3, 4, 5, 6], InputFiles.Values(InputFiles.Rows(damaged)));
                }
                catch (InvalidDataException e)
                {
                    Assert.StartsWith(InputFiles.Name, e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void A_declared_size_that_the_bytes_do_not_bear_out_is_refused()
    {
        Assert.Equal("some-file: the header declares 3 x 2 numbers in 24 bytes, but 20 bytes follow.", InputFiles.Refused(InputFiles.Npy("<f4", "3, 2", new byte[20])));
        Assert.Equal("some-file: the header declares 3 x 2 numbers in 24 bytes, but 28 bytes follow.", InputFiles.Refused(InputFiles.Npy("<f4", "3, 2", new byte[28])));
        Assert.Equal("some-file: the header declares 4 x 4 x 5 numbers in 80 bytes, but 60 bytes follow.", InputFiles.Refused([.. IdxBytes.Header(4, 4, 5), .. new byte[60]]));
        Assert.Equal("some-file: the header declares 4 x 15 numbers, but the file ends in row 4.", InputFiles.Refused(IdxBytes.Gzip([.. IdxBytes.Header(4, 15), .. new byte[50]])));
        Assert.Equal("some-file: the header declares 4 x 15 numbers, but more follow.", InputFiles.Refused(IdxBytes.Gzip([.. IdxBytes.Header(4, 15), .. new byte[61]])));
        Assert.Contains("but the compressed file can hold at most", InputFiles.Refused(IdxBytes.Gzip([.. IdxBytes.Header(4_000_000_000, 15), .. new byte[60]])), StringComparison.Ordinal);
        Assert.Equal("some-file: the array is 1 x 1000001; expected 1 to 1000000 values in a row.", InputFiles.Refused(IdxBytes.Array(1, 1_000_001)));
        Assert.Equal("some-file: the array is 1 x 0; expected 1 to 1000000 values in a row.", InputFiles.Refused(InputFiles.Npy("<f4", "1, 0", [])));
        Assert.Equal("some-file: the array is 9 x 9223372036854775807 x 9223372036854775807; expected 1 to 16777216 values in a row.",
            InputFiles.Refused(InputFiles.Npy("<f4", "9, 9223372036854775807, 9223372036854775807", new byte[20])));
    }

    [Fact]
    public void A_wrong_header_of_npy_is_described()
    {
        string Header(string text) => InputFiles.Refused(InputFiles.Npy(text, new byte[24]));
        Assert.Equal("some-file: the array is of format 4.0; expected 1.0, 2.0 or 3.0.", InputFiles.Refused(InputFiles.Npy("{}", [], 4)));
        Assert.Equal("some-file: the file ends after 14 bytes, inside the header of its array.", InputFiles.Refused(InputFiles.Npy("{'descr'", [])[..14]));
        Assert.Equal("some-file: the header of the array is declared 16777215 bytes long; expected at most 65535.",
            InputFiles.Refused([0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0]));
        Assert.Equal("some-file: the header of the array has no entry 'descr' that can be read: {'fortran_order': False, 'shape': (3, 2)...", Header("{'fortran_order': False, 'shape': (3, 2), }"));
        Assert.StartsWith("some-file: the header of the array has no entry 'shape'", Header("{'descr': '<f4', 'fortran_order': False, 'shape': 3}"), StringComparison.Ordinal);
        Assert.StartsWith("some-file: the header of the array has no entry 'fortran_order'", Header("{'descr': '<f4', 'shape': (3, 2)}"), StringComparison.Ordinal);
        Assert.Equal("some-file: the shape of the array is (3, x); expected two or more sizes.", Header("{'descr': '<f4', 'fortran_order': False, 'shape': (3, x), }"));
        Assert.Equal("some-file: the shape of the array is (); expected two or more sizes.", Header("{'descr': '<f4', 'fortran_order': False, 'shape': (), }"));
        Assert.Equal("some-file: the elements are of type '<c8'; expected u1, i1, u2, i2, u4, i4, i8, f2, f4 or f8.", Header("{'descr': '<c8', 'fortran_order': False, 'shape': (3, 1), }"));
    }

    [Fact]
    public void An_infinite_value_and_a_pixel_out_of_range_are_problems_of_their_row_alone()
    {
        var table = InputFiles.Rows(InputFiles.Npy("<f4", "3, 2", Floats(1, 2, 3, float.NegativeInfinity, float.NaN, 6)));
        Assert.Equal([null, "the value of 'column 2' is infinite; expected a finite number.", null], table.Select(row => row.Problem));
        Assert.Equal([float.NaN, 6], table[2].Values);
        var tooLarge = new byte[16];
        BinaryPrimitives.WriteDoubleLittleEndian(tooLarge, 1e39);
        Assert.NotNull(InputFiles.Rows(InputFiles.Npy("<f8", "1, 2", tooLarge))[0].Problem);
        var images = InputFiles.Rows(InputFiles.Npy("<f4", "4, 1, 2", Floats(0, 1, 0.5f, 1.5f, -0.25f, 0, float.NaN, 0)));
        Assert.Equal([null, "the pixel in row 1, column 2 is 1.5; expected a number from 0 to 1.", "the pixel in row 1, column 1 is -0.25; expected a number from 0 to 1.",
            "the pixel in row 1, column 1 is NaN; expected a number from 0 to 1."], images.Select(row => row.Problem));
    }

    [Fact]
    public void Other_features_than_a_model_has_are_refused()
    {
        InputOptions Expecting(InputShape shape) => new() { Expected = shape };
        Assert.Equal("some-file: it holds images of 4 x 5 pixels; the model expects images of 5 x 4 pixels.", InputFiles.Refused(IdxBytes.Array(3, 4, 5), Expecting(InputShape.Images(5, 4))));
        Assert.Equal("some-file: it holds images of 4 x 5 pixels; the model expects rows of 20 values.", InputFiles.Refused(IdxBytes.Array(3, 4, 5), Expecting(InputShape.Table(20))));
        Assert.Equal("some-file: it holds rows of 19 values; the model expects rows of 20 values.", InputFiles.Refused(IdxBytes.Array(3, 19), Expecting(InputShape.Table(20))));
        Assert.Equal("some-file: it has no column 'kind' of labels; only CSV has.", InputFiles.Refused(IdxBytes.Array(3, 19), new() { LabelColumn = "kind" }));
        Assert.Equal("some-file: it has no line that could be a header; only CSV has.", InputFiles.Refused(IdxBytes.Array(3, 19), new() { HasHeader = false }));
        // A table of as many columns is images, and divided like images.
        using var reader = InputFiles.Open(IdxBytes.Array(3, 20), Expecting(InputShape.Images(4, 5)));
        Assert.Equal(InputShape.Images(4, 5), reader.Shape);
        Assert.Equal(IdxBytes.Elements(60).Select(value => value / 255f), InputFiles.Values(InputFiles.Rows(reader)));
        // Names are the model's, where the file has none.
        using var named = InputFiles.Open(IdxBytes.Array(3, 2), Expecting(InputShape.Table(["a", "b"])));
        Assert.Equal(["a", "b"], named.Shape.Names);
    }

    [Fact]
    public void An_array_of_an_npz_is_the_only_one_or_has_a_usual_name()
    {
        byte[] one = InputFiles.Npy("|u1", "1, 1", [1]), two = InputFiles.Npy("|u1", "1, 1", [2]);
        Assert.Equal([1f], InputFiles.Values(InputFiles.Rows(InputFiles.Zip(("any.npy", one), ("readme.txt", two)))));
        foreach (var name in new[] { "x", "X", "data" }) Assert.Equal([2f], InputFiles.Values(InputFiles.Rows(InputFiles.Zip(("a.npy", one), (name + ".npy", two)))));
        Assert.Equal("some-file: there are several arrays; give one as some-file:NAME, of a, b.", InputFiles.Refused(InputFiles.Zip(("a.npy", one), ("b.npy", two))));
        Assert.Equal("some-file: the zip holds no array (no name ends in .npy).", InputFiles.Refused(InputFiles.Zip(("a.txt", one))));
        Assert.Equal("some-file: the zip holds no array (no name ends in .npy).", InputFiles.Refused(InputFiles.Zip()));
        Assert.Equal("some-file:x: it does not begin as an NPY file does.", InputFiles.Refused(InputFiles.Zip(("x.npy", [1, 2, 3]))));
    }

    [Fact]
    public void A_file_of_no_known_format_is_refused() =>
        Assert.Equal("some-file: its first bytes are neither of IDX (unsigned bytes), NPY, NPZ or PNG nor text in UTF-8.", InputFiles.Refused([0x50, 0x41, 0, 0, 0, 1]));

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_rows()
    {
        long Allocated(uint rows)
        {
            var file = IdxBytes.Array(rows, 28, 28);
            var row = new InputRow();
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (var reader = InputFiles.Open(file)) while (reader.Read(row)) { }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(10);
        Assert.InRange(Allocated(5000), 0, Allocated(10) + (1 << 16));
    }
}
