// Finds the finished runs below a folder, and tells which of them can stand in one report.

using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Runs that are not in the report.</summary>
/// <param name="Runs">How many.</param>
/// <param name="Why">Why, as the end of a sentence.</param>
public sealed record LeftOut(int Runs, string Why);

/// <summary>The runs of one report.</summary>
/// <param name="Runs">Runs on the same data whose settings differ in held-out class, latent dimension, beta and seed alone; ordered by these.</param>
/// <param name="LeftOut">What else was found.</param>
public sealed record RunSearch(IReadOnlyList<FinishedRun> Runs, IReadOnlyList<LeftOut> LeftOut)
{
    private const string ReportName = "run.json";

    /// <summary>Finds the runs below a folder.</summary>
    /// <param name="root">The folder of results, or of a single run.</param>
    /// <param name="data">SHA-256 of the content of each data file: runs on other data are left out.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no finished run on these data in it.</exception>
    public static RunSearch Below(string root, IReadOnlyDictionary<string, string> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"There is no folder {root}; expected one that 'vae reproduce' or 'vae train' has written.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var folders = Directory.EnumerateFiles(root, ReportName, options).Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal);

        var (runs, damaged, others) = (new List<FinishedRun>(), 0, 0);
        foreach (var folder in folders)
        {
            if (Read(folder) is not { } run) damaged++;
            else if (!IsOn(run, data)) others++;
            else runs.Add(run);
        }

        if (runs.Count == 0)
        {
            throw new InvalidDataException(others > 0
                ? FormattableString.Invariant($"The finished runs below {root}, {others} of them, are on other data; expected some on the data set in use, which --data tells.")
                : $"There is no finished run below {root}; expected a folder with run.json, metrics.jsonl and model.safetensors, as 'vae train' leaves it.");
        }

        var leftOut = new List<LeftOut>();
        if (others > 0) leftOut.Add(new LeftOut(others, "trained on other data"));
        if (damaged > 0) leftOut.Add(new LeftOut(damaged, "with a run.json that can't be read"));
        return Of(runs, leftOut);
    }

    /// <summary>Takes the settings of which there are most runs, the first of them where there are as many, and leaves out the others.</summary>
    /// <param name="runs">Runs on the same data, at least one.</param>
    /// <param name="leftOut">What has been left out before.</param>
    public static RunSearch Of(IEnumerable<FinishedRun> runs, IReadOnlyList<LeftOut> leftOut)
    {
        ArgumentNullException.ThrowIfNull(leftOut);
        var groups = runs.GroupBy(run => string.Join(", ", run.Common.Select(setting => $"{setting.Key} {setting.Value}")))
            .Select(group => (Settings: group.Key, Runs: Distinct(group))).OrderByDescending(group => group.Runs.Count).ThenBy(group => group.Settings, StringComparer.Ordinal).ToList();
        return new RunSearch(groups[0].Runs, [.. leftOut, .. groups.Skip(1).Select(group => new LeftOut(group.Runs.Count, $"of other settings ({group.Settings})"))]);
    }

    // A run that is there twice has the same bits twice.
    private static List<FinishedRun> Distinct(IEnumerable<FinishedRun> runs) =>
        [.. runs.DistinctBy(run => (run.HeldOut, run.Latent, run.Beta, run.Seed)).OrderBy(run => run.HeldOut).ThenBy(run => run.Latent).ThenBy(run => run.Beta).ThenBy(run => run.Seed)];

    private static FinishedRun? Read(string folder)
    {
        try
        {
            return FinishedRun.From(folder, RunReport.Read(Path.Combine(folder, ReportName)));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsOn(FinishedRun run, IReadOnlyDictionary<string, string> data) =>
        run.Report.Data.Count == data.Count && data.All(file => run.Report.Data.TryGetValue(file.Key, out var sum) && sum == file.Value);
}
