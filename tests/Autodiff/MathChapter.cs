// Ties measured tables of docs/math to the tests that measure them.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Autodiff.Tests;

internal static class MathChapter
{
    /// <summary>Demands that the chapter's table between <c>test:begin name</c> and <c>test:end</c> is this one.</summary>
    /// <remarks>When it is not, the message shows the table as it is measured, to be put there.</remarks>
    public static void AssertTable(string chapter, string name, IEnumerable<string> lines)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "math", chapter)).ReplaceLineEndings("\n");
        var place = Regex.Match(text, $"<!-- test:begin {Regex.Escape(name)} -->\n(?<table>.*?)<!-- test:end -->", RegexOptions.Singleline);
        Assert.True(place.Success, $"docs/math/{chapter} has no place for the table {name}.");
        var table = string.Concat(lines.Select(line => line + "\n"));
        Assert.True(place.Groups["table"].Value == table, $"The table {name} of docs/math/{chapter} is not what is measured:\n{table}");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests lie outside the repository.");
        return folder.FullName;
    }
}
