using System.Collections.Immutable;
using System.Text;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae.Tests.Input;

public class CsvInputTests
{
    private static ImmutableArray<string> Names(string text, InputOptions? options = null)
    {
        using var reader = InputFiles.Open(Encoding.UTF8.GetBytes(text), options);
        return reader.Shape.Names;
    }

    [Theory]
    [InlineData("1,2\n3,4\n")]
    [InlineData("1,2\r\n3,4\r\n")]
    [InlineData("1,2\n3,4")]
    [InlineData("1,2\r\n3,4\r")]
    [InlineData("1;2\n3;4\n")]
    [InlineData("1\t2\n3\t4\n")]
    [InlineData("\uFEFF1,2\n3,4\n")]
    [InlineData("\"1\",\"2\"\n\"3\",4\r\n")]
    [InlineData("1,2\n3,4\n\n\r\n\n")]
    [InlineData(" 1, 2 \n+3.0,4e0\n")]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("\"a;b;c\",\"b\"\"\n\"\n1,2\n3,4\n")]
    public void Separators_line_ends_quotes_and_headers_are_told_from_the_file(string text)
    {
        var rows = InputFiles.Rows(text);
        Assert.Equal([1, 2, 3, 4], InputFiles.Values(rows));
        Assert.Equal([1, 2], rows.Select(row => row.Number));
        Assert.All(rows, row => Assert.Null(row.Label));
    }

    [Fact]
    public void A_first_line_is_a_header_if_a_cell_of_it_is_neither_a_number_nor_missing()
    {
        Assert.Equal(["column 1", "column 2", "column 3"], Names("1,NA,\n"));
        Assert.Equal(["1", "x", "column 3"], Names("1,x,\n"));
        Assert.Equal(["1", "2"], Names("1,2\n", new() { HasHeader = true }));
        Assert.Equal(["column 1", "column 2"], Names("a,b\n", new() { HasHeader = false }));
        Assert.Equal(["größe", "日"], Names("größe,日\n"));
    }

    [Fact]
    public void A_missing_value_is_NaN_and_no_problem() =>
        Assert.All(InputFiles.Values(InputFiles.Rows("a,b\n,NA\nNaN,nan\nnull,?\n\"\", \n")), value => Assert.True(float.IsNaN(value)));

    [Fact]
    public void A_cell_that_is_no_number_is_a_problem_of_its_row_alone()
    {
        var rows = InputFiles.Rows("height,\"we\night\"\n1,2\n1,abc\n1e39,2\n-Infinity,1\n\"1,5\",2\n3,4\n");
        Assert.Equal([
            null, "'we?ight' in line 4 is 'abc'; expected a finite number.", "'height' in line 5 is '1e39'; expected a finite number.",
            "'height' in line 6 is '-Infinity'; expected a finite number.", "'height' in line 7 is '1,5'; expected a finite number.", null], rows.Select(row => row.Problem));
        Assert.Equal([3, 4], rows[5].Values);
        Assert.Equal(6, rows[5].Number);
        Assert.Equal($"'b' in line 2 is '{new string('x', 40)}...'; expected a finite number.", InputFiles.Rows($"a,b\n1,{new string('x', 90)}\n")[0].Problem);
    }

    [Fact]
    public void Another_number_of_cells_is_a_problem_of_its_row_alone()
    {
        var rows = InputFiles.Rows("1,2\n3\n4,5,6\n\n\n\"7\"8,9\n10,11\n");
        Assert.Equal([
            null, "line 2 has 1 cells; expected 2.", "line 3 has 3 cells; expected 2.", "line 4 is empty; expected 2 cells.", "line 5 is empty; expected 2 cells.",
            "a cell of line 6 goes on after its closing quote.", null], rows.Select(row => row.Problem));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], rows.Select(row => row.Number));
        Assert.Equal([10, 11], rows[6].Values);
    }

    [Fact]
    public void In_one_column_an_empty_line_is_a_missing_value_unless_it_is_the_end() =>
        Assert.Equal([1, float.NaN, float.NaN, 2], InputFiles.Values(InputFiles.Rows("1\n\n\n2\n\n")));

    [Fact]
    public void Labels_are_kept_aside()
    {
        var options = new InputOptions { LabelColumn = "kind" };
        Assert.Equal(["a", "b"], Names("a,kind,b\n1,x,2\n", options));
        var rows = InputFiles.Rows("a,kind,b\n1,x,2\n3,,4\n5,\"y \"\"z\"\"\",6\n", options);
        Assert.Equal(["x", "", "y \"z\""], rows.Select(row => row.Label));
        Assert.Equal([1, 2, 3, 4, 5, 6], InputFiles.Values(rows));
        Assert.Equal("some-file: there is no column 'kind' for the labels; the columns are a, b.", InputFiles.Refused("a,b\n1,2\n", options));
        Assert.Equal("some-file: there is no column but that of the labels.", InputFiles.Refused("kind\nx\n", options));
        // To the right of a cell that is no number.
        var problem = InputFiles.Rows("a,b,kind\n1,ERR,fault\n", options)[0];
        Assert.Equal(("fault", "'b' in line 2 is 'ERR'; expected a finite number."), (problem.Label, problem.Problem));
        Assert.Equal("the label in line 2 is not UTF-8.", InputFiles.Rows([.. "a,kind\n1,"u8, 0xE4, (byte)'\n'], options)[0].Problem);
    }

    [Fact]
    public void Columns_are_taken_by_name_in_the_order_of_the_model()
    {
        var options = new InputOptions { Expected = InputShape.Table(["a", "b", "c"]), LabelColumn = "kind" };
        var rows = InputFiles.Rows("c,kind,a,b\n3,x,1,2\n", options);
        Assert.Equal([1, 2, 3], InputFiles.Values(rows));
        Assert.Equal("x", rows[0].Label);
        Assert.Equal(["a", "b", "c"], Names("c,kind,a,b\n", options));
        Assert.Equal("some-file: the column 'c' that the model expects is missing; the columns are kind, a, b.", InputFiles.Refused("kind,a,b\n", options));
        Assert.Equal("some-file: the model knows no column 'd'; take it out, or name it as the column of labels.", InputFiles.Refused("kind,d,a,b,c\n", options));
        Assert.Equal("some-file: the column 'b' is a feature of the model; expected another for the labels.", InputFiles.Refused("a,b,c\n", options with { LabelColumn = "b" }));
    }

    [Fact]
    public void Without_names_on_both_sides_columns_are_taken_by_position()
    {
        var named = new InputOptions { Expected = InputShape.Table(["a", "b"]) };
        Assert.Equal([1, 2], InputFiles.Values(InputFiles.Rows("1,2\n", named)));
        Assert.Equal("some-file: it holds rows of 3 values; the model expects rows of 2 values.", InputFiles.Refused("1,2,3\n", named));
        Assert.Equal([1, 2], InputFiles.Values(InputFiles.Rows("x,y\n1,2\n", new() { Expected = InputShape.Table(2) })));
        var images = InputFiles.Rows("x,y\n1,0.5\n1,2\n1,\n1,z\n", new() { Expected = InputShape.Images(1, 2) });
        Assert.Equal([null, "the pixel in row 1, column 2 is 2; expected a number from 0 to 1.", "the pixel in row 1, column 2 is NaN; expected a number from 0 to 1.",
            "'column 2' in line 5 is 'z'; expected a finite number."], images.Select(row => row.Problem));
    }

    [Theory]
    [InlineData("", "the file is empty; expected cells with numbers or names.")]
    [InlineData("\uFEFF", "the file is empty; expected cells with numbers or names.")]
    [InlineData("\n1,2\n", "line 1 is empty; expected cells with numbers or names.")]
    [InlineData("\"a\nb\",\"a\nb\"\n", "two columns have the name 'a?b'; expected different names.")]
    [InlineData("a,b,a\n", "two columns have the name 'a'; expected different names.")]
    [InlineData("\"a\"b,c\n", "a cell of line 1 goes on after its closing quote.")]
    [InlineData("a\n\n1\n\"2\n3\n", "a quote that opens in the record of line 4 is not closed.")]
    public void Damage_of_the_whole_file_is_described(string text, string message) => Assert.Equal($"some-file: {message}", InputFiles.Refused(text));

    [Fact]
    public void Text_in_another_encoding_is_refused()
    {
        Assert.Contains("nor text in UTF-8", InputFiles.Refused([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("1,2\n")]), StringComparison.Ordinal);
        Assert.Equal("some-file: the name of column 2 is not UTF-8; expected a file in UTF-8.", InputFiles.Refused([.. "a,"u8, 0xE4, (byte)'\n']));
    }

    [Fact]
    public void Sizes_beyond_all_sense_are_refused()
    {
        Assert.Equal("some-file: line 1 has over 1000000 cells; expected fewer.", InputFiles.Refused(new string(',', 1_000_000) + "\n"));
        var file = new byte[CsvRecords.MaxLength + 3];
        file.AsSpan().Fill((byte)'1');
        (file[0], file[1]) = ((byte)'a', (byte)'\n');
        Assert.Equal("some-file: the record of line 2 is longer than 67108864 bytes; expected shorter ones.", InputFiles.Refused(file));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_rows()
    {
        long Allocated(int rows)
        {
            var file = Encoding.UTF8.GetBytes("a,b,c\n" + string.Concat(Enumerable.Repeat("1.25,\"-3\",7e-3\n", rows)));
            var row = new InputRow();
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (var reader = InputFiles.Open(file)) while (reader.Read(row)) Assert.Null(row.Problem);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(10);
        Assert.InRange(Allocated(50_000), 0, Allocated(10) + (1 << 16));
    }
}
