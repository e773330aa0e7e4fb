// Lines of comma-separated values: what is joined is split again, and what can't be is refused.

using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class CsvTests
{
    [Theory]
    [InlineData("a,b", "a", "b")]
    [InlineData("", "")]
    [InlineData(",", "", "")]
    [InlineData("a,,b,", "a", "", "b", "")]
    [InlineData("\"400,20\",x", "400,20", "x")]
    [InlineData("\"say \"\"so\"\"\"", "say \"so\"")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("x,\"\"\",\"\"\"", "x", "\",\"")]
    [InlineData(" a ,b", " a ", "b")]
    public void Fields_come_back_as_they_were(string line, params string[] fields)
    {
        Assert.Equal(line, Csv.Join(fields));
        Assert.Equal(fields, Csv.Split(line, "here"));
    }

    [Fact]
    public void Quotes_that_are_not_needed_are_read() => Assert.Equal(["a", "", "b"], Csv.Split("\"a\",\"\",b", "here"));

    [Theory]
    [InlineData("a\"b,c", "inside of a field without quotes")]
    [InlineData("a,\"b", "not closed")]
    [InlineData("a,\"", "not closed")]
    [InlineData("\"a\"\"", "not closed")]
    [InlineData("\"a\"b,c", "goes on after its closing quote")]
    [InlineData("\"a\" ,c", "goes on after its closing quote")]
    public void What_is_damaged_is_refused(string line, string reason)
    {
        var message = Assert.Throws<InvalidDataException>(() => Csv.Split(line, "study.csv, line 7")).Message;
        Assert.StartsWith("study.csv, line 7: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }
}
