// A detector as a part of a model file: what rows are, how they are scaled, and the mixture that scores them.

using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Files;

/// <summary>Adds a detector to a model file's content, and takes it out again.</summary>
internal static class DetectorEntries
{
    private const string MeansName = "input.means", DeviationsName = "input.deviations";
    private const string SummaryMeansName = "summary.means", SummarySpreadsName = "summary.spreads";
    private const string WhiteningName = "summary.whitening", CentresName = "summary.centres", LogFactorsName = "summary.logFactors";
    private const string ImageSizeKey = "input.imageSize", NamesKey = "input.names", MissingKey = "input.missing";
    private const string Refused = "refused", Imputed = "imputed";

    // So much of a header is left for the tensors and the settings.
    private const int MostNameBytes = SafetensorsHeader.MaxBytes - (64 << 10);

    // Letters of all languages stand as they are.
    private static readonly JsonWriterOptions ListStyle = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A mixture has that many distributions at most in a file that can be trusted with memory.
    private const int MostComponents = 1000;

    /// <summary>Throws unless the header of a model file has room for the names of a table's columns.</summary>
    /// <exception cref="InvalidSettingException">They are too many, or too long.</exception>
    public static void RequireRoom(InputShape shape)
    {
        // A text within JSON, so that what is escaped in the list is escaped once more.
        var bytes = JsonEncodedText.Encode(ListOf(shape.Names), ListStyle.Encoder).EncodedUtf8Bytes.Length;
        if (bytes > MostNameBytes)
        {
            throw new InvalidSettingException(FormattableString.Invariant(
                $"The names of the {shape.Names.Length} columns take {bytes} bytes in the header of a model file; expected at most {MostNameBytes}: fewer columns, or shorter names."));
        }
    }

    private static string ListOf(ImmutableArray<string> names)
    {
        var list = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(list, ListStyle))
        {
            json.WriteStartArray();
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(list.WrittenSpan);
    }

    /// <summary>Adds a detector to what is written.</summary>
    public static void Add(DetectorModel detector, List<SafetensorsTensor> tensors, Dictionary<string, string> metadata)
    {
        var (shape, parts) = (detector.Shape, detector.Summary.ToParts());
        if (shape.IsImage) metadata[ImageSizeKey] = FormattableString.Invariant($"{shape.Height},{shape.Width}");
        else metadata[NamesKey] = ListOf(shape.Names);
        if (detector.Scaling is { } scaling)
        {
            metadata[MissingKey] = scaling.Imputes ? Imputed : Refused;
            tensors.Add(Vector(MeansName, scaling.Means.ToArray()));
            tensors.Add(Vector(DeviationsName, scaling.Deviations.ToArray()));
        }

        var whitening = parts.Mixture.Whitening;
        tensors.Add(Vector(SummaryMeansName, parts.Means));
        tensors.Add(Vector(SummarySpreadsName, parts.Spreads));
        tensors.Add(new SafetensorsTensor(WhiteningName, [whitening.Rows, whitening.Columns], whitening.Flat.ToArray()));
        tensors.Add(Vector(CentresName, parts.Mixture.Means));
        tensors.Add(Vector(LogFactorsName, parts.Mixture.LogFactors));
    }

    /// <summary>Names and shapes of its tensors; none without a detector.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Shapes(DetectorModel? detector)
    {
        if (detector is null) return [];
        var (features, parts) = (detector.Shape.Features, detector.Summary.ToParts());
        var (rows, columns) = (parts.Mixture.Whitening.Rows, parts.Mixture.Whitening.Columns);
        (string, int[])[] scaling = detector.Scaling is null ? [] : [(MeansName, [features]), (DeviationsName, [features])];
        return
        [
            .. scaling, (SummaryMeansName, [rows]), (SummarySpreadsName, [rows]), (WhiteningName, [rows, columns]), (CentresName, [columns]),
            (LogFactorsName, [parts.Mixture.LogFactors.Length]),
        ];
    }

    /// <summary>The detector of a file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">A part of it is missing, or does not fit the others.</exception>
    public static DetectorModel? Read(SafetensorsFile file, VaeArchitecture architecture, string path)
    {
        var (size, names) = (file.Metadata.GetValueOrDefault(ImageSizeKey), file.Metadata.GetValueOrDefault(NamesKey));
        if (size is null && names is null && file.Tensors.All(tensor => !tensor.Name.StartsWith("summary.", StringComparison.Ordinal))) return null;
        var shape = size is not null ? ReadSize(size, architecture.Features, path) : ReadNames(names, architecture.Features, path);
        var dimensions = architecture.Latent + ImageSummary.Count(2 * architecture.Hidden.Length, shape.Width ?? 0);
        return new DetectorModel(shape, shape.IsImage ? null : ReadScaling(file, shape.Features, path), ReadSummary(file, architecture, dimensions, path));
    }

    private static InputShape ReadSize(string size, int features, string path) =>
        size.Split(',') is [var h, var w]
        && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var height) && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && height > 0 && width > 0 && (long)height * width == features
            ? InputShape.Images(height, width)
            : throw new InvalidDataException(FormattableString.Invariant($"{path}: the metadata entry '{ImageSizeKey}' is {SafetensorsHeader.Quote(size)}; expected height,width of {features} pixels."));

    private static InputShape ReadNames(string? names, int features, string path)
    {
        try
        {
            if (JsonNode.Parse(names ?? "") is JsonArray array && array.Count == features)
                return new InputShape(features, null, null, [.. array.Select(name => name!.GetValue<string>())]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            // Told below.
        }

        throw new InvalidDataException(FormattableString.Invariant($"{path}: the metadata entry '{NamesKey}' is {(names is null ? "missing" : "no list of names that fits")}; expected {features} names as JSON."));
    }

    private static FeatureScaling ReadScaling(SafetensorsFile file, int features, string path)
    {
        var missing = ModelFile.Text(file.Metadata, MissingKey, path);
        if (missing is not (Refused or Imputed)) throw new InvalidDataException($"{path}: the metadata entry '{MissingKey}' is {SafetensorsHeader.Quote(missing)}; expected '{Refused}' or '{Imputed}'.");
        return new FeatureScaling(ReadVector(file, MeansName, features, path), ReadPositive(file, DeviationsName, features, path), missing == Imputed);
    }

    private static SummaryMixture ReadSummary(SafetensorsFile file, VaeArchitecture architecture, int dimensions, string path)
    {
        var components = file[LogFactorsName].Data.Length;
        if (components is < 1 or > MostComponents)
            throw new InvalidDataException(FormattableString.Invariant($"{path}: tensor '{LogFactorsName}' has {components} elements; expected 1 to {MostComponents}."));
        var flat = file[WhiteningName];
        if (!flat.Shape.AsSpan().SequenceEqual([dimensions, components * dimensions]))
            throw new InvalidDataException(FormattableString.Invariant($"{path}: tensor '{WhiteningName}' has shape {SafetensorsTensor.Format(flat.Shape.AsSpan())}; expected [{dimensions}, {components * dimensions}]."));
        var whitening = new Matrix<float>(dimensions, components * dimensions);
        flat.Data.Span.CopyTo(whitening.Flat);
        return SummaryMixture.FromParts(architecture, new SummaryMixtureParts(
            ReadVector(file, SummaryMeansName, dimensions, path), ReadPositive(file, SummarySpreadsName, dimensions, path),
            new GaussianMixtureParts(whitening, ReadVector(file, CentresName, components * dimensions, path), ReadVector(file, LogFactorsName, components, path))));
    }

    private static SafetensorsTensor Vector(string name, float[] values) => new(name, [values.Length], values);

    private static float[] ReadVector(SafetensorsFile file, string name, int length, string path) => file[name] is { Shape: [var there], Data: var data } && there == length
        ? data.ToArray()
        : throw new InvalidDataException(FormattableString.Invariant($"{path}: tensor '{name}' has shape {SafetensorsTensor.Format(file[name].Shape.AsSpan())}; expected [{length}]."));

    private static float[] ReadPositive(SafetensorsFile file, string name, int length, string path)
    {
        var values = ReadVector(file, name, length, path);
        return Array.FindIndex(values, value => !(value > 0)) is var i and >= 0
            ? throw new InvalidDataException(FormattableString.Invariant($"{path}: tensor '{name}' is {values[i]} at element {i}; expected a number above 0."))
            : values;
    }
}
