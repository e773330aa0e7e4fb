// Results: Markdown on the screen, and on request the same in a file under bench/results.

using System.Globalization;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Bench;

/// <summary>Writes results to the terminal and into the folder of this machine.</summary>
internal static class Results
{
    /// <summary>The option that makes a command keep what it prints.</summary>
    public const string WriteOption = "--write";

    /// <summary>Prints a result and, if asked to, writes it to a file, headed by where and how it came about.</summary>
    /// <param name="write">Whether to write the file.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="title">Heading of the file.</param>
    /// <param name="command">The arguments that give this result.</param>
    /// <param name="body">The result in Markdown.</param>
    public static void Publish(bool write, string file, string title, string command, string body)
    {
        var load = Machine.Load is { } value ? $" The load was {value.ToString("f1", CultureInfo.InvariantCulture)} when it began." : "";
        var page = $"""
            # {title}

            {Machine.Cpu}; {Machine.Runtime}.{load} A cache line went from one core to another and back in {Math.Round(RoundTrip.Nanoseconds())} ns.

            ```
            dotnet run -c Release --project bench -- {command}
            ```

            {body}
            """.ReplaceLineEndings("\n").TrimEnd() + "\n";
        Console.Write(page);
        if (write) WriteFile(file, page);
    }

    /// <summary>Replaces a file in the folder of this machine, all at once.</summary>
    public static void WriteFile(string file, string content)
    {
        Directory.CreateDirectory(Machine.ResultsFolder);
        AtomicFile.WriteAllText(Path.Combine(Machine.ResultsFolder, file), content);
        Console.Error.WriteLine($"written: {Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.Combine(Machine.ResultsFolder, file))}");
    }

    /// <summary>A table in Markdown.</summary>
    /// <param name="head">Names of the columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="textColumns">Columns at the left that hold text; the others hold numbers.</param>
    /// <param name="lastIsText">Whether the last column holds text too.</param>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int textColumns = 1, bool lastIsText = false)
    {
        string[] rule = [.. head.Select((_, column) => column < textColumns || (lastIsText && column == head.Count - 1) ? "---" : "---:")];
        return string.Join('\n', new[] { head, rule }.Concat(rows).Select(row => $"| {string.Join(" | ", row)} |"));
    }

    /// <summary>A rate in GFLOP/s.</summary>
    public static string Gflops(double flopsPerSecond) => (flopsPerSecond / 1e9).ToString(flopsPerSecond < 10e9 ? "f1" : "f0", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) => share.ToString(share < 0.1 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture);

    /// <summary>A large number in three digits, thousands apart.</summary>
    public static string Count(double value)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(value)) - 2));
        return (Math.Round(value / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
    }

    /// <summary>A whole number, thousands apart.</summary>
    public static string Number(int value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}
