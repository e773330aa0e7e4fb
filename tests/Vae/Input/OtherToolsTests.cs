// Files made by NumPy and ImageMagick hold what these say they hold.

using System.Globalization;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae.Tests.Input;

public class OtherToolsTests
{
    // The path and the values of each line; a path may end in the name of an array.
    public static TheoryData<string, string> Files => new(File.ReadAllLines(InputFiles.Path("values.txt")).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts.Length == 1 ? "" : parts[1])));

    [Theory]
    [MemberData(nameof(Files))]
    public void Values_are_those_of_the_tool_that_made_the_file(string name, string values)
    {
        using var reader = InputReader.Open(InputFiles.Path(name), new InputOptions { LabelColumn = name == "table.csv" ? "kind" : null });
        var expected = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        var found = InputFiles.Values(InputFiles.Rows(reader));
        Assert.Equal(expected.Length, found.Length);
        // The luma is rounded in another order there.
        var tolerance = name.StartsWith("png/", StringComparison.Ordinal) ? 1e-7f : 0;
        for (var i = 0; i < found.Length; i++)
            Assert.True(expected[i].Equals(found[i]) || Math.Abs(expected[i] - found[i]) <= tolerance, $"{found[i]:R} instead of {expected[i]:R} at {i}");
    }

    [Theory]
    [InlineData("table-u1.npy", 3, 2, null, null)]
    [InlineData("images-u1.npy", 2, 12, 3, 4)]
    [InlineData("images-f4-channel.npy", 2, 12, 3, 4)]
    [InlineData("empty.npy", 0, 2, null, null)]
    [InlineData("deflated.npz:a", 4, 3, null, null)]
    [InlineData("png/rgb-8.png", 1, 35, 5, 7)]
    public void Shape_and_number_of_rows_are_known_at_once(string name, int count, int features, int? height, int? width)
    {
        using var reader = InputReader.Open(InputFiles.Path(name), InputFiles.Plain);
        Assert.Equal((count, features, height, width), (reader.Count, reader.Shape.Features, reader.Shape.Height, reader.Shape.Width));
        Assert.Equal(height is null ? Enumerable.Range(1, features).Select(i => $"column {i}") : [], reader.Shape.Names);
        Assert.Equal(count, InputFiles.Rows(reader).Count);
    }

    [Theory]
    [InlineData("fortran.npy", "the array is in Fortran order; expected C order (numpy.ascontiguousarray makes it).")]
    [InlineData("objects.npy", "the elements are of type '|O'; expected u1, i1, u2, i2, u4, i4, i8, f2, f4 or f8.")]
    [InlineData("records.npy", "the elements are of type '[('; expected u1, i1, u2, i2, u4, i4, i8, f2, f4 or f8.")]
    [InlineData("flat.npy", "the array is 3; expected n x features, n x height x width or n x height x width x 1.")]
    [InlineData("interlaced.png", "the PNG is interlaced; expected one that is not.")]
    [InlineData("deflated.npz:b", "there is no array 'b'; give one as *:NAME, of a, X.")]
    [InlineData("table.csv:b", "it is no NPZ; only an NPZ has an array 'b'.")]
    public void What_is_not_read_is_refused_in_a_sentence(string name, string message)
    {
        var path = InputFiles.Path(name);
        var file = path.Split(".npz:")[0].Split(".csv:")[0] is var start && start == path ? path : path[..path.LastIndexOf(':')];
        Assert.Equal($"{file}: {message.Replace("*", file, StringComparison.Ordinal)}", Assert.Throws<InvalidDataException>(() => InputReader.Open(path, InputFiles.Plain)).Message);
    }

    [Fact]
    public void Labels_and_names_of_a_table_are_kept_beside_its_features()
    {
        using var reader = InputReader.Open(InputFiles.Path("table.csv"), new InputOptions { LabelColumn = "kind" });
        Assert.Equal(["the \"first\"", "second, with a comma"], reader.Shape.Names);
        Assert.Null(reader.Count);
        var rows = InputFiles.Rows(reader);
        Assert.Equal(["odd,\nin two lines", "normal", "normal"], rows.Select(row => row.Label));
        Assert.Equal([1, 2, 3], rows.Select(row => row.Number));
        Assert.Equal(["1", "2", "3"], rows.Select(row => row.Name));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Equal("nowhere/x.npy: there is no such file or folder.", Assert.Throws<FileNotFoundException>(() => InputReader.Open("nowhere/x.npy", InputFiles.Plain)).Message);
        Assert.Throws<FileNotFoundException>(() => InputReader.Open("nowhere/x.npz:name", InputFiles.Plain));
    }
}
