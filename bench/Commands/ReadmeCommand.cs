// bench readme: puts the tables of bench/results into the README and the chapters.

using System.Text;
using System.Text.RegularExpressions;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Bench;

/// <summary>Fills each place in the README and under docs between <c>bench:begin FILE</c> and <c>bench:end</c> with the first table of the file.</summary>
internal static partial class ReadmeCommand
{
    /// <summary>Rewrites the files whose tables are others.</summary>
    public static void Run()
    {
        var chapters = Directory.EnumerateFiles(Path.Combine(Machine.Repository, "docs"), "*.md", SearchOption.AllDirectories);
        foreach (var path in chapters.Prepend(Path.Combine(Machine.Repository, "README.md")))
        {
            var text = File.ReadAllText(path);
            var filled = Place().Replace(text, place => $"{place.Groups["begin"].Value}\n{FirstTable(place.Groups["file"].Value)}\n{place.Groups["end"].Value}");
            if (filled != text) AtomicFile.WriteAllText(path, filled);
        }
    }

    private static string FirstTable(string file)
    {
        var table = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(Machine.Repository, file)).SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')))
            table.Append(line).Append('\n');
        return table.ToString().TrimEnd();
    }

    [GeneratedRegex("(?<begin><!-- bench:begin (?<file>\\S+) -->)\n.*?(?<end><!-- bench:end -->)", RegexOptions.Singleline)]
    private static partial Regex Place();
}
