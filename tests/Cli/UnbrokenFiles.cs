// What an unbroken run has left, and what a killed one may have left of it.
using System.Text.RegularExpressions;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Tests;

/// <summary>The files of an unbroken run, to which those of runs that were killed are compared; only times may differ, and the share of the threads that a model had.</summary>
internal sealed partial class UnbrokenFiles(string folder)
{
    private readonly Dictionary<string, string> _contents = Paths(folder).ToDictionary(path => path, path => Content(folder, path));

    /// <summary>Asserts that every file is as the unbroken run has it, that none is missing and no other is there.</summary>
    public void RequireFinished(string other)
    {
        Assert.Equal(_contents.Keys.Order(StringComparer.Ordinal), Paths(other).Order(StringComparer.Ordinal));
        foreach (var (path, content) in _contents) Assert.True(Content(other, path) == content, $"{path} is not that of the unbroken run.");
    }

    /// <summary>Asserts that a killed run has left whole files alone; a temporary file is in the way of none.</summary>
    /// <returns>The kinds of files that are there.</returns>
    public IEnumerable<string> RequireWhole(string other)
    {
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in Paths(other)) kinds.Add(RequireWholeFile(other, path));
        return kinds.Count == 0 ? ["nothing"] : kinds;
    }

    private string RequireWholeFile(string other, string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".tmp", StringComparison.Ordinal)) return "a temporary file";
        if (name.EndsWith(".lock", StringComparison.Ordinal)) return "a lock";
        if (name == "checkpoint.safetensors")
        {
            Assert.NotEmpty(SafetensorsFile.Read(Path.Combine(other, path)).Tensors);
            return name;
        }

        var (content, whole) = (Content(other, path), _contents[path]);
        switch (name)
        {
            // The figures of the epochs so far: a line each.
            case "metrics.jsonl":
                Assert.True(whole.StartsWith(content, StringComparison.Ordinal) && content.EndsWith('\n'), $"{path} is not whole lines of the unbroken run: {content}");
                break;
            // The models so far: a line each, below the names of the columns.
            case "study.csv":
                StudyStore.Read(Path.Combine(other, path));
                Assert.EndsWith("\n", content, StringComparison.Ordinal);
                Assert.Empty(content.Split('\n').Except(whole.Split('\n')));
                break;
            default:
                Assert.True(content == whole, $"{path} is not that of the unbroken run, but {content.Length} characters instead of {whole.Length}.");
                break;
        }

        return name;
    }

    private static IEnumerable<string> Paths(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));

    private static string Content(string folder, string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, path));
        return path.EndsWith(".safetensors", StringComparison.Ordinal) ? Convert.ToHexString(bytes) : TimesAndThreads().Replace(System.Text.Encoding.UTF8.GetString(bytes), "$1 0");
    }

    [GeneratedRegex("""("(?:seconds|threads)":)\s*[0-9.eE+-]+""")]
    private static partial Regex TimesAndThreads();
}
