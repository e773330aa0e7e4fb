// The commands that make what the report shows.

using System.Globalization;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReportCommands
{
    /// <summary>The command that writes the page.</summary>
    public const string Report = "vae report RESULTS -o report.html";

    private const int MostNamed = 3;

    private static readonly (string Setting, string Option)[] Shared =
        [("hidden", "--hidden"), ("epochs", "--epochs"), ("batch", "--batch"), ("learningRate", "--lr")];

    /// <summary>What trains all models, a command a seed.</summary>
    public static string[] Reproduce(ReportData report)
    {
        string List<T>(IEnumerable<T> values) where T : IFormattable => string.Join(',', values.Select(value => value.ToString(null, CultureInfo.InvariantCulture)));
        var classes = report.Grids.Select(grid => grid.HeldOut!.Value).ToArray();
        var grid = $"--held-out {(classes.Length == Vae.Data.FashionMnist.ClassNames.Length ? "all" : List(classes))} --latent {List(report.Grids[0].Latent)} --beta {List(report.Grids[0].Beta)}";
        return [.. report.Runs.Select(run => run.Seed).Distinct().Order().Select(seed => $"vae reproduce {grid}{Common(report, seed)}")];
    }

    /// <summary>What trains a model.</summary>
    public static string Train(ReportData report, FinishedRun run) =>
        string.Create(CultureInfo.InvariantCulture, $"vae train --held-out {run.HeldOut} --latent {run.Latent} --beta {run.Beta}{Common(report, run.Seed)}");

    /// <summary>What makes the figures of the detailed models: the training of each, of the first where there are many, and the page.</summary>
    public static string[] OfDetails(ReportData report)
    {
        FinishedRun[] runs = [.. report.Details.SelectMany(detail => detail.Runs)];
        return runs.Length <= MostNamed ? [.. runs.Select(run => Train(report, run)), WithData(report)]
            : [Train(report, runs[0]) + " (and so on: see the list of models)", WithData(report)];
    }

    /// <summary>The command that writes the page, on the right data.</summary>
    public static string WithData(ReportData report) => Report + (report.IsSample ? " --data sample" : "");

    // Only what is not the default: a command that can be read.
    private static string Common(ReportData report, ulong seed)
    {
        var settings = report.Runs[0].Report.Settings;
        var defaults = new TrainingSettings().Describe().ToDictionary();
        var options = Shared.Where(option => settings.TryGetValue(option.Setting, out var value) && value != defaults[option.Setting]).Select(option => $" {option.Option} {settings[option.Setting]}");
        return string.Concat(options) + (seed == 0 ? "" : $" --seed {seed.ToString(CultureInfo.InvariantCulture)}") + (report.IsSample ? " --data sample" : "");
    }
}
