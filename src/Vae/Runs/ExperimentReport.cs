// The outcome of the grid experiment: the content of table.json.

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Runs;

/// <summary>The grid of one held-out class, or of the mean over several.</summary>
/// <param name="HeldOut">The class; null for the mean.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Cells">By latent dimension, then beta; null where a run failed.</param>
/// <param name="Analysis">What the grid shows; empty unless every cell is there.</param>
public sealed record GridReport(int? HeldOut, string Name, IReadOnlyList<GridCell?> Cells, IReadOnlyList<Finding> Analysis)
{
    internal static GridReport From(int? heldOut, string name, IReadOnlyList<GridCell?> cells) =>
        new(heldOut, name, cells, cells.Contains(null) ? [] : TradeOff.Analyze(cells!));
}

/// <summary>The outcome of the experiment. It holds nothing that depends on the machine: same settings, same data, same bytes.</summary>
public sealed record ExperimentReport
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it was trained and tested on the sample of the data set.</summary>
    public required bool IsSample { get; init; }

    /// <summary>SHA-256 of the content of each data file.</summary>
    public required OrderedDictionary<string, string> Data { get; init; }

    /// <summary>The settings that all cells share.</summary>
    public required OrderedDictionary<string, string> Settings { get; init; }

    /// <summary>Latent dimensions: the rows of the tables.</summary>
    public required IReadOnlyList<int> Latent { get; init; }

    /// <summary>Betas: the columns.</summary>
    public required IReadOnlyList<double> Beta { get; init; }

    /// <summary>The grid of each held-out class.</summary>
    public required IReadOnlyList<GridReport> Classes { get; init; }

    /// <summary>The mean over classes, when there are several.</summary>
    public required GridReport? Mean { get; init; }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ExperimentJson.Default.ExperimentReport);

    internal static ExperimentReport From(
        ExperimentSettings settings, FashionMnist data, ImmutableArray<ExperimentCell> cells, IReadOnlyList<RunReport?> reports)
    {
        var ofClass = settings.Latent.Length * settings.Beta.Length;
        var classes = settings.HeldOut.Select((heldOut, i) => GridReport.From(heldOut, $"held-out class {heldOut} ({FashionMnist.ClassNames[heldOut]})",
            [.. Enumerable.Range(i * ofClass, ofClass).Select(j => Cell(cells[j], reports[j]))])).ToArray();
        string[] varied = ["heldOut", "latent", "beta"];
        return new ExperimentReport
        {
            Version = RunFolder.ProgramVersion,
            IsSample = data.IsSample,
            Data = new(data.Sha256),
            Settings = new(settings.Common.Describe().Where(setting => !varied.Contains(setting.Key))),
            Latent = settings.Latent,
            Beta = settings.Beta,
            Classes = classes,
            Mean = classes.Length == 1 ? null : GridReport.From(null, $"mean over {classes.Length} held-out classes",
                [.. Enumerable.Range(0, ofClass).Select(j => MeanCell([.. classes.Select(grid => grid.Cells[j])]))]),
        };
    }

    private static GridCell? Cell(ExperimentCell cell, RunReport? report) =>
        report is null ? null : GridCell.From(cell.Settings.Latent, cell.Settings.Beta, report.Evaluation, report.WeightsSha256);

    private static GridCell? MeanCell(GridCell?[] cells) => cells.Contains(null) ? null : GridCell.Mean(cells!);
}

/// <summary>How the experiment is written as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ExperimentReport))]
internal sealed partial class ExperimentJson : JsonSerializerContext;
