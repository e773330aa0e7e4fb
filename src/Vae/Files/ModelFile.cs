// Model files: a model's parameters under PyTorch's names, with the settings that made them.

using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Files;

/// <summary>A model read from a file.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Settings">The settings it was trained with.</param>
/// <param name="WeightsSha256">SHA-256 of all weights' bytes.</param>
/// <param name="Calibration">The threshold of a score, if the file holds one.</param>
/// <param name="Detector">What makes it a detector of data of its own, if it is one.</param>
public sealed record ModelFile(
    VaeParameters<float> Parameters, TrainingSettings Settings, string WeightsSha256, Calibration? Calibration = null, DetectorModel? Detector = null)
{
    /// <summary>What the metadata entry <c>format</c> says.</summary>
    public const string Format = "vae-from-scratch/1";

    private const string FeaturesKey = "features";

    /// <summary>Writes a model, all at once or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">The model.</param>
    /// <param name="settings">The settings it was trained with.</param>
    /// <param name="calibration">The threshold of a score; without one the file is the same, byte for byte, as before there were any.</param>
    /// <param name="detector">What makes it a detector of data of its own.</param>
    /// <exception cref="ArgumentException">A parameter is NaN or infinite; an older file is untouched.</exception>
    /// <exception cref="IOException">The file can't be written; an older one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(
        string path, VaeParameters<float> parameters, TrainingSettings settings, Calibration? calibration = null, DetectorModel? detector = null)
    {
        var (tensors, metadata) = (Tensors(parameters), Metadata(parameters.Architecture, settings));
        if (detector is not null) DetectorEntries.Add(detector, tensors, metadata);
        if (calibration is not null) CalibrationEntries.Add(calibration, tensors, metadata);
        SafetensorsFile.Write(path, tensors, metadata);
    }

    /// <summary>Writes the model, all at once or not at all; see <see cref="Write(string, VaeParameters{float}, TrainingSettings, Calibration?, DetectorModel?)"/>.</summary>
    public void Write(string path) => Write(path, Parameters, Settings, Calibration, Detector);

    /// <summary>SHA-256 of all weights' bytes in file order: the name of a model's bits. A calibration is no part of it.</summary>
    public static string Sha256(VaeParameters<float> parameters) => SafetensorsFile.Sha256(Tensors(parameters));

    /// <summary>Reads a model and checks that it is complete, of the declared architecture, and finite.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or not a model of this program; the message says where.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ModelFile Read(string path)
    {
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault("format") is var format && format != Format)
            throw new InvalidDataException($"{path}: the metadata entry 'format' is {(format is null ? "missing" : SafetensorsHeader.Quote(format))}; expected '{Format}'.");
        var settings = ReadSettings(file.Metadata, path);
        var architecture = ReadArchitecture(file.Metadata, settings, path);
        var calibration = CalibrationEntries.Read(file, path);
        var detector = DetectorEntries.Read(file, architecture, path);
        if (detector is not null && calibration?.Score != DetectorModel.ScoreName)
        {
            throw new InvalidDataException($"{path}: the model is a detector with {(calibration is null ? "no threshold" : $"a threshold of the score {SafetensorsHeader.Quote(calibration.Score)}")}; "
                + $"expected one of its score '{DetectorModel.ScoreName}'.");
        }

        var weights = Shapes(architecture);
        file.RequireTensors([.. weights, .. DetectorEntries.Shapes(detector), .. CalibrationEntries.Shapes(calibration)]);
        var parameters = new VaeParameters<float>(architecture);
        Restore(file, parameters);
        var names = weights.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return new ModelFile(parameters, settings, SafetensorsFile.Sha256([.. file.Tensors.Where(tensor => names.Contains(tensor.Name))]), calibration, detector);
    }

    internal static Dictionary<string, string> Metadata(VaeArchitecture architecture, TrainingSettings settings)
    {
        var metadata = new Dictionary<string, string>(settings.Describe())
        {
            ["format"] = Format,
            [FeaturesKey] = architecture.Features.ToString(CultureInfo.InvariantCulture),
        };
        return metadata;
    }

    /// <summary>A model's tensors as a file holds them, their names behind a prefix.</summary>
    internal static List<SafetensorsTensor> Tensors(VaeParameters<float> parameters, string prefix = "") =>
        [.. parameters.Architecture.Tensors.Zip(parameters.Tensors, (tensor, values) =>
            new SafetensorsTensor(prefix + tensor.Name, Shape(tensor), InFileOrder(values)))];

    /// <summary>The settings that <see cref="TrainingSettings.Describe"/> wrote.</summary>
    /// <param name="metadata">Settings by name.</param>
    /// <param name="path">Where they stand, for messages.</param>
    /// <exception cref="InvalidDataException">A setting is missing or can't be read.</exception>
    internal static TrainingSettings ReadSettings(IReadOnlyDictionary<string, string> metadata, string path)
    {
        return new TrainingSettings
        {
            HeldOut = Number<int>(metadata, "heldOut", path),
            Latent = Number<int>(metadata, "latent", path),
            Beta = Number<double>(metadata, "beta", path),
            Hidden = [.. Text(metadata, "hidden", path).Split(',').Select(size => Parse<int>(size, "hidden", path))],
            Epochs = Number<int>(metadata, "epochs", path),
            Batch = Number<int>(metadata, "batch", path),
            LearningRate = Number<double>(metadata, "learningRate", path),
            Seed = Number<ulong>(metadata, "seed", path),
            WarmUp = NumberOrZero<int>(metadata, TrainingSettings.WarmUpKey, path),
            FreeBits = NumberOrZero<double>(metadata, TrainingSettings.FreeBitsKey, path),
            Likelihood = ReadLikelihood(metadata, path),
            Denoise = NumberOrZero<double>(metadata, TrainingSettings.DenoiseKey, path),
            Calibration = NumberOrZero<int>(metadata, TrainingSettings.CalibrationKey, path),
        };
    }

    // Variants of training are recorded only where they are set.
    private static T NumberOrZero<T>(IReadOnlyDictionary<string, string> metadata, string key, string path) where T : struct, ISpanParsable<T> =>
        metadata.ContainsKey(key) ? Number<T>(metadata, key, path) : default;

    private static Likelihood ReadLikelihood(IReadOnlyDictionary<string, string> metadata, string path)
    {
        try
        {
            return metadata.TryGetValue(TrainingSettings.LikelihoodKey, out var name) ? Likelihoods.Parse(name) : default;
        }
        catch (InvalidSettingException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Name and shape in the file of each tensor of an architecture.</summary>
    internal static List<(string Name, int[] Shape)> Shapes(VaeArchitecture architecture, string prefix = "") =>
        [.. architecture.Tensors.Select(tensor => (prefix + tensor.Name, Shape(tensor)))];

    /// <summary>Copies a file's tensors into a model: the inverse of <see cref="Tensors"/>.</summary>
    internal static void Restore(SafetensorsFile file, VaeParameters<float> parameters, string prefix = "")
    {
        foreach (var (tensor, values) in parameters.Architecture.Tensors.Zip(parameters.Tensors))
        {
            var data = file[prefix + tensor.Name].Data.Span;
            for (var i = 0; i < data.Length; i++) values[i % values.Rows, i / values.Rows] = data[i];
        }
    }

    // Files hold weights as PyTorch does, [out, in]; in memory they are [in, out]. (3.12)
    private static float[] InFileOrder(Matrix<float> values)
    {
        var data = new float[values.Rows * values.Columns];
        for (var i = 0; i < data.Length; i++) data[i] = values[i % values.Rows, i / values.Rows];
        return data;
    }

    /// <summary>A number from a file's metadata.</summary>
    /// <exception cref="InvalidDataException">The entry is missing, or no number.</exception>
    internal static T Number<T>(IReadOnlyDictionary<string, string> metadata, string key, string path) where T : struct, ISpanParsable<T> =>
        Parse<T>(Text(metadata, key, path), key, path);

    private static VaeArchitecture ReadArchitecture(IReadOnlyDictionary<string, string> metadata, TrainingSettings settings, string path)
    {
        try
        {
            return new VaeArchitecture(Number<int>(metadata, FeaturesKey, path), settings.Hidden, settings.Latent, settings.Likelihood);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static int[] Shape(ParameterTensor tensor) => tensor.IsBias ? [tensor.Outputs] : [tensor.Outputs, tensor.Inputs];

    /// <summary>A text from a file's metadata.</summary>
    /// <exception cref="InvalidDataException">The entry is missing.</exception>
    internal static string Text(IReadOnlyDictionary<string, string> metadata, string key, string path) => metadata.GetValueOrDefault(key)
        ?? throw new InvalidDataException($"{path}: the metadata entry '{key}' is missing.");

    private static T Parse<T>(string text, string key, string path) where T : struct, ISpanParsable<T> =>
        // A comma would pass as a separator of thousands: 0,5 would be 5.
        !text.Contains(',', StringComparison.Ordinal) && T.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"{path}: the metadata entry '{key}' is {SafetensorsHeader.Quote(text)}; expected a number.");
}
