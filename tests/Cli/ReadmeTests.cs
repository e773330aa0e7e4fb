// The measured tables of the README and of the chapters are those of the result files.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Cli.Tests;

public partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/math/14-matrix-product.md")]
    public void Every_measured_table_is_that_of_its_result_file(string page)
    {
        var root = RepositoryRoot();
        var places = Place().Matches(File.ReadAllText(Path.Combine(root, page)).ReplaceLineEndings("\n"));
        Assert.NotEmpty(places);
        foreach (Match place in places)
        {
            var file = File.ReadAllText(Path.Combine(root, place.Groups["file"].Value)).ReplaceLineEndings("\n");
            var table = place.Groups["table"].Value;
            Assert.StartsWith("|", table);
            Assert.True(file.Contains("\n\n" + table + "\n", StringComparison.Ordinal),
                $"The table in {page} is not that of {place.Groups["file"].Value}; 'dotnet run -c Release --project bench -- readme' puts it there.");
        }
    }

    [Fact]
    public void The_tables_of_the_study_are_those_of_its_files()
    {
        var root = RepositoryRoot();
        var page = File.ReadAllText(Path.Combine(root, "docs", "study", "README.md")).ReplaceLineEndings("\n");
        var places = StudyPlace().Matches(page);
        Assert.NotEmpty(places);
        foreach (Match place in places)
        {
            var computed = VaeProcess.Run("study", "--tables", "--out", Path.Combine(root, place.Groups["file"].Value));
            Assert.Equal(0, computed.ExitCode);
            Assert.Equal(computed.Output.ReplaceLineEndings("\n").Trim('\n'), place.Groups["tables"].Value.Trim('\n'));
        }
    }

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests lie outside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex("<!-- study:begin (?<file>\\S+) -->\n(?<tables>.*?)<!-- study:end -->", RegexOptions.Singleline)]
    private static partial Regex StudyPlace();

    [GeneratedRegex("<!-- bench:begin (?<file>\\S+) -->\n(?<table>.*?)\n<!-- bench:end -->", RegexOptions.Singleline)]
    private static partial Regex Place();
}
