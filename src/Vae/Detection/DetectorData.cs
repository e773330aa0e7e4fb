// Data that a detector is fitted to: from rows as they come to what the network is trained on.

using System.Text;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>Rows ready for training, and all that follows from them and the options.</summary>
public sealed class DetectorData
{
    // With fewer, there would be none left to train on beside those that the threshold needs.
    private const int FewestTraining = 20;

    private readonly InputShape _shape;
    private readonly FeatureScaling? _scaling;
    private readonly double _alpha;

    private DetectorData(InputShape shape, FeatureScaling? scaling, double alpha, TrainingSettings settings, IDataRows rows, CalibrationSplit split, string sha256)
    {
        (_shape, _scaling, _alpha) = (shape, scaling, alpha);
        (Settings, Rows, Split) = (settings, rows, split);
        Sha256 = new Dictionary<string, string> { ["input"] = sha256 };
    }

    /// <summary>The settings of the training.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>The rows as the network sees them.</summary>
    public IDataRows Rows { get; }

    /// <summary>Which rows are trained on, and which are kept back for the threshold.</summary>
    public CalibrationSplit Split { get; }

    /// <summary>SHA-256 of the rows' numbers, what they are, and what was asked for besides the settings; by the name <c>input</c>.</summary>
    public IReadOnlyDictionary<string, string> Sha256 { get; }

    /// <summary>Checks rows, and scales those of a table.</summary>
    /// <param name="rows">The rows, <c>[n, features]</c>; those of a table are scaled in place.</param>
    /// <param name="options">How the detector is fitted.</param>
    /// <exception cref="InvalidSettingException">There are too few rows, one of them can't be used, or an option can't; the message says which.</exception>
    public static DetectorData Prepare(Matrix<float> rows, DetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Alpha > 0 && options.Alpha < 1))
            throw new InvalidSettingException(FormattableString.Invariant($"The false-alarm rate is {options.Alpha}; expected one between 0 and 1."));
        var shape = options.ShapeFor(rows.Columns);
        var settings = options.SettingsFor(rows.Columns, rows.Rows);
        var fewest = (long)settings.Calibration + FewestTraining;
        if (rows.Rows < fewest)
            throw new InvalidSettingException(FormattableString.Invariant($"There are {rows.Rows} rows; expected at least {fewest}, {settings.Calibration} of them for the threshold."));

        DetectorEntries.RequireRoom(shape);
        var split = CalibrationSplit.Of(settings, rows.Rows);
        var sha256 = HashOf(rows, shape, options);
        FeatureScaling? scaling = null;
        if (shape.IsImage)
        {
            RequirePixels(rows);
        }
        else
        {
            scaling = FeatureScaling.Fit(rows, split.Training, options.ImputesMissing);
            for (var i = 0; i < rows.Rows; i++) scaling.Apply(rows.Row(i), rows.Row(i));
        }

        return new DetectorData(shape, scaling, options.Alpha, settings, new MatrixRows(rows, shape.Width ?? 0), split, sha256);
    }

    /// <summary>Fits score and threshold to the trained network.</summary>
    internal (DetectorModel Model, Calibration Calibration) Finish(Engine engine, VaeParameters<float> parameters) =>
        DetectorModel.Fit(engine, parameters, Rows, Split, _shape, _scaling, _alpha);

    private static string HashOf(Matrix<float> rows, InputShape shape, DetectorOptions options)
    {
        var hash = new Sha256();
        for (var i = 0; i < rows.Rows; i++) hash.Append(SafetensorsFile.LittleEndianBytes(rows.Row(i)));
        hash.Append(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{shape.Description}\n{string.Join('\n', shape.Names)}\nalpha {options.Alpha}\nimputes {options.ImputesMissing}")));
        return hash.FinishHex();
    }

    private static void RequirePixels(Matrix<float> rows)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            foreach (var pixel in rows.Row(i))
                if (!(pixel >= 0 && pixel <= 1)) throw new InvalidSettingException(FormattableString.Invariant($"Row {i + 1}: a pixel is {pixel}; expected 0 to 1."));
        }
    }
}
