// What tests of own data share: made-up tables, and the program run on them.

using System.Globalization;
using System.Text;

namespace VaeFromScratch.Cli.Tests;

public abstract class OwnData : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A path in the test's folder.</summary>
    private protected string this[params string[] parts] => _folder[parts];

    /// <summary>See <see cref="TempFolder.Snapshot"/>.</summary>
    private protected IReadOnlyList<string> Snapshot() => _folder.Snapshot();

    private protected Outcome Train(string input, params string[] options) => Run(["train", "--input", Path.IsPathRooted(input) ? input : this[input], "--out", this["run"], .. options]);

    private protected static Outcome Run(params string[] arguments) => VaeProcess.Run(arguments);

    private protected void Write(string name, string content) => File.WriteAllText(this[name], content);

    private protected static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Rows on a curve with a little noise, in whole hundredths, by a formula: c follows from a and b.
    private protected static string Rows(int count, string? label, int start = 0)
    {
        var text = new StringBuilder();
        for (var i = start; i < start + count; i++)
        {
            var (a, b) = (i * 37 % 101 / 25.0 - 2, i * 53 % 97 / 24.0 - 2);
            text.Append(CultureInfo.InvariantCulture, $"{a:0.00},{b:0.00},{2 * a - 2 * b + i * 7 % 13 / 50.0:0.00}{(label is null ? "" : ",")}{label}\n");
        }

        return text.ToString();
    }
}

internal static class OutcomeAssertions
{
    /// <summary>Asserts that the last line on stderr is a sentence that begins so.</summary>
    public static void AssertOneProblem(this Outcome outcome, string words) =>
        Assert.StartsWith($"vae: {words}", outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);

    /// <summary>Asserts that the program ended well and wrote this.</summary>
    public static void AssertDone(this Outcome outcome, string words)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains(words, outcome.Output, StringComparison.Ordinal);
    }
}
