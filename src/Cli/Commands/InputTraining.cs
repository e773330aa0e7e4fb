// vae train --input: a detector of a user's own data.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Cli.Commands;

/// <summary>The options of training on own data, and what they make of it.</summary>
internal sealed class InputTraining
{
    private const string Refuse = "refuse", Mean = "mean";

    private readonly Option<string?> _normal = new("--normal") { HelpName = "VALUE", Description = "Train on the rows with this label alone. [default: all rows]" };

    private readonly Option<string> _missing = new("--missing")
    {
        HelpName = $"{Refuse}|{Mean}",
        Description = "What to do with missing values of a table: refuse them, or take the feature's mean.",
        DefaultValueFactory = _ => Refuse,
    };

    private readonly Option<double> _alpha = SharedOptions.Number(
        "--alpha", "A", "Share of normal rows that may be called anomalous; the threshold follows from it.", Calibration.DefaultAlpha);

    /// <summary>How the data are read.</summary>
    public InputOptionSet Input { get; } = new();

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [.. Input.All, _normal, _missing, _alpha];

    /// <summary>Reads and checks the data.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The settings that were given.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InputException">An option or the data can't be used.</exception>
    public DetectorData Prepare(ParseResult parsed, DetectorOptions options, CancellationToken cancellation)
    {
        var (path, normal, missing) = (parsed.GetValue(Input.Path)!, parsed.GetValue(_normal), parsed.GetValue(_missing)!);
        if (normal is not null && !Input.HasLabel(parsed)) throw new InputException("--normal is given without --label; expected the column that holds the labels.");
        if (missing is not (Refuse or Mean)) throw new InputException($"--missing is '{missing}'; expected '{Refuse}' or '{Mean}'.");
        using var reader = Input.Open(parsed);
        if (reader.Shape.Features > VaeArchitecture.MaxLayerSize)
            throw new InputException(FormattableString.Invariant($"{path}: it holds {reader.Shape.Description}; expected at most {VaeArchitecture.MaxLayerSize} numbers in a row, the largest layer of a network."));
        var rows = InputOptionSet.ReadAll(reader, path, normal, cancellation);
        try
        {
            return DetectorData.Prepare(rows, options with
            {
                ImageSize = reader.Shape is { Height: { } height, Width: { } width } ? (height, width) : null,
                Names = reader.Shape.Names,
                ImputesMissing = missing == Mean,
                Alpha = parsed.GetValue(_alpha),
            });
        }
        catch (InvalidSettingException e)
        {
            throw new InputException($"{path}: {e.Message}");
        }
    }

    /// <summary>Where a run goes if nothing is said: below results, under the name of the data.</summary>
    /// <exception cref="InputException">They are the root of a file system, which has none.</exception>
    public string DefaultFolder(ParseResult parsed)
    {
        var path = parsed.GetValue(Input.Path)!;
        // "." has the name of the folder that it is.
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (name.Length == 0) throw new InputException($"--out is missing; expected a folder for the run, for {path} has no name to choose one by.");
        var end = name.IndexOf('.', name.Length - name.TrimStart('.').Length);
        return Path.Combine("results", end > 0 ? name[..end] : name);
    }

    /// <summary>Says what has come of the training.</summary>
    public static void Tell(CommandContext context, DetectorData data, string modelPath)
    {
        var detector = AnomalyDetector.Load(modelPath);
        context.Terminal.Results.Profile.Out.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            Trained on {data.Split.Training.Count} {detector.Shape.Description}; {data.Split.Calibration.Count} more kept for the threshold.
            A row that scores above {detector.Threshold:G6} is called anomalous: of normal ones no more than {detector.Alpha:P1}.
            """));
    }
}
