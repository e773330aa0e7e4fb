// A finished run as the report needs it: where it stands in the grid, and its files.

using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>A finished run.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="HeldOut">The class that its training left out.</param>
/// <param name="Latent">Latent dimensions.</param>
/// <param name="Beta">Weight of the KL divergence.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Report">Its report.</param>
public sealed record FinishedRun(string Folder, int HeldOut, int Latent, double Beta, ulong Seed, RunReport Report)
{
    /// <summary>The settings in which the runs of one grid differ.</summary>
    private static readonly string[] Varied = ["heldOut", "latent", "beta", "seed"];

    /// <summary>The settings that all runs of its grid share, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Common => [.. Report.Settings.Where(setting => !Varied.Contains(setting.Key))];

    /// <summary>The run in a folder.</summary>
    /// <exception cref="InvalidDataException">A setting or the reference score is missing in its report.</exception>
    public static FinishedRun From(string folder, RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var path = new RunFolder(folder).ReportPath;
        if (!report.Evaluation.Scores.ContainsKey(GridCell.ReferenceScore))
            throw new InvalidDataException($"{path}: the score '{GridCell.ReferenceScore}' is missing.");
        return new FinishedRun(folder, ModelFile.Number<int>(report.Settings, "heldOut", path), ModelFile.Number<int>(report.Settings, "latent", path),
            ModelFile.Number<double>(report.Settings, "beta", path), ModelFile.Number<ulong>(report.Settings, "seed", path), report);
    }

    /// <summary>Reads the model and makes sure that it is the one of which the report tells.</summary>
    /// <exception cref="InvalidDataException">It is damaged or another one.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public ModelFile ReadModel()
    {
        var path = new RunFolder(Folder).ModelPath;
        var model = ModelFile.Read(path);
        if (model.WeightsSha256 != Report.WeightsSha256)
            throw new InvalidDataException($"{path}: the weights have the SHA-256 {model.WeightsSha256}; expected {Report.WeightsSha256}, as in run.json.");
        return model;
    }

    /// <summary>Reads the figures of its epochs.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    /// <exception cref="IOException">They can't be read.</exception>
    public IReadOnlyList<EpochMetrics> ReadMetrics()
    {
        var path = new RunFolder(Folder).MetricsPath;
        return MetricsFile.Parse(File.ReadAllText(path), path);
    }
}
