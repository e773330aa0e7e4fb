// What a run found: where it ran, what was checked to agree, and the table.

using System.Globalization;
using System.Text;

namespace VaeFromScratch.Peers;

/// <summary>Two libraries do not give the same result, so there is nothing to compare.</summary>
internal sealed class DisagreementException(string message) : Exception(message);

/// <summary>Collects the findings of a run, telling each at once, and writes them as Markdown.</summary>
internal sealed class Report
{
    private readonly List<string> _machine = [], _checks = [], _rows = [], _settings = [];

    public void Machine(string line) => Tell(_machine, "- " + line);

    /// <summary>Records that results agree.</summary>
    /// <exception cref="DisagreementException">They do not.</exception>
    public void Checked(string what, double error, double limit)
    {
        var finding = FormattableString.Invariant($"{what}: {error:g2}, at most {limit:g2} allowed");
        if (!(error <= limit)) throw new DisagreementException(finding);
        Tell(_checks, "- " + finding);
    }

    /// <summary>Tells what every contender took, whether the table shows it or not.</summary>
    public void Settings(string work, Timings timings) =>
        Tell(_settings, $"- {work}: " + string.Join(", ", timings.Names.Select(name => $"{name} {Time(timings.Median(name))}"))
            + FormattableString.Invariant($"; a cache line from core to core and back {timings.RoundTrips.Median:0} ns ({timings.RoundTrips.Lower:0} to {timings.RoundTrips.Upper:0})"));

    /// <summary>Adds a row whose figure is how many times as fast ours is as theirs.</summary>
    public void Ratio(string work, string ours, string theirs, Quartiles ratio, double must, double? aim) =>
        Row(work, ours, theirs, ratio, must, aim, value => FormattableString.Invariant($"{value:0.00}x"));

    /// <summary>Adds a row whose figure is a share of the ceiling.</summary>
    public void Share(string work, string ours, string ceiling, Quartiles share, double must, double? aim) =>
        Row(work, ours, ceiling, share, must, aim, value => FormattableString.Invariant($"{100 * value:0} %"));

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Against other libraries\n\n```\nbench/Peers/run.sh --write\n```\n\n").AppendJoin('\n', _machine);
        text.Append("\n\nMedians; in brackets the quartiles of the ratios, one ratio a round.\n\n");
        text.Append("| work | ours | theirs | ratio | must | aim | reached |\n|---|---|---|---|---|---|---|\n").AppendJoin('\n', _rows);
        text.Append("\n\nEvery setting that was measured; the ceiling is the time that the same work would take there. A cache line\ncomes back in some 100 ns where the cores share a third cache, in some 350 where they don't, and a virtual machine may be moved from one to the other:\n\n").AppendJoin('\n', _settings);
        text.Append("\n\nThe same results, checked before anything was timed:\n\n").AppendJoin('\n', _checks);
        return text.Append('\n').ToString();
    }

    /// <summary>A time in the unit that suits it.</summary>
    public static string Time(double seconds) => seconds switch
    {
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        >= 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.0} us"),
    };

    private void Row(string work, string ours, string theirs, Quartiles figure, double must, double? aim, Func<double, string> format)
    {
        var reached = figure.Median >= aim ? "aim" : figure.Median >= must ? "must" : "no";
        Tell(_rows, $"| {work} | {ours} | {theirs} | {format(figure.Median)} ({format(figure.Lower)} to {format(figure.Upper)}) "
            + $"| {format(must)} | {(aim is { } value ? format(value) : "")} | {reached} |");
    }

    // Progress: a run takes minutes, and the finished report goes to standard output.
    private static void Tell(List<string> lines, string line)
    {
        lines.Add(line);
        Console.Error.WriteLine(line);
    }
}
