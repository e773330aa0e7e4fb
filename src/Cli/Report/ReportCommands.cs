// The commands that make what the report shows.

using System.Globalization;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReportCommands
{
    /// <summary>The command that writes the page.</summary>
    public const string Report = "vae report RESULTS -o report.html";

    private static readonly (string Setting, string Option)[] Shared =
        [("hidden", "--hidden"), ("epochs", "--epochs"), ("batch", "--batch"), ("learningRate", "--lr")];

    /// <summary>What trains all models, a command a seed.</summary>
    public static string[] Reproduce(ReportData report) =>
        [.. report.Runs.Select(run => run.Seed).Distinct().Order().Select(seed =>
            Reproduce(report, [.. report.Grids.Select(grid => grid.HeldOut!.Value)], report.Grids[0].Latent, report.Grids[0].Beta, seed))];

    /// <summary>What makes the figures of the detailed models: their training, and the page.</summary>
    public static string[] OfDetails(ReportData report) =>
    [
        .. report.Details.SelectMany(detail => detail.Runs).GroupBy(run => (run.Latent, run.Beta, run.Seed)).OrderBy(group => group.Key).Select(group =>
            Reproduce(report, [.. group.Select(run => run.HeldOut)], [group.Key.Latent], [group.Key.Beta], group.Key.Seed)),
        WithData(report),
    ];

    /// <summary>The command that writes the page, on the right data.</summary>
    public static string WithData(ReportData report) => Report + (report.IsSample ? " --data sample" : "");

    private static string Reproduce(ReportData report, IReadOnlyList<int> classes, IReadOnlyList<int> latent, IReadOnlyList<double> beta, ulong seed)
    {
        var heldOut = classes.Count == FashionMnist.ClassNames.Length ? "all" : List(classes);
        return $"vae reproduce --held-out {heldOut} --latent {List(latent)} --beta {List(beta)}{Common(report, seed)}";
    }

    private static string List<T>(IEnumerable<T> values) where T : IFormattable =>
        string.Join(',', values.Select(value => value.ToString(null, CultureInfo.InvariantCulture)));

    // Only what is not the default: a command that can be read.
    private static string Common(ReportData report, ulong seed)
    {
        var settings = report.Runs[0].Report.Settings;
        var defaults = new TrainingSettings().Describe().ToDictionary();
        var options = Shared.Where(option => settings.TryGetValue(option.Setting, out var value) && value != defaults[option.Setting]).Select(option => $" {option.Option} {settings[option.Setting]}");
        return string.Concat(options) + (seed == 0 ? "" : $" --seed {seed.ToString(CultureInfo.InvariantCulture)}") + (report.IsSample ? " --data sample" : "");
    }
}
