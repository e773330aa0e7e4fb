// The figures of epochs as lines of JSON: the content of metrics.jsonl, and of an entry of a checkpoint.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeFromScratch.Vae.Runs;

/// <summary>The figures of epochs as JSON lines.</summary>
internal static class MetricsFile
{
    /// <summary>An object a line, each line ended by a line feed.</summary>
    public static string Format(IReadOnlyList<EpochMetrics> metrics) =>
        string.Concat(metrics.Select(epoch => JsonSerializer.Serialize(epoch, MetricsJson.Default.EpochMetrics) + "\n"));

    /// <summary>The inverse of <see cref="Format"/>.</summary>
    /// <exception cref="InvalidDataException">A line is not the figures of an epoch; <paramref name="path"/> is what the message calls the file.</exception>
    public static List<EpochMetrics> Parse(string lines, string path)
    {
        try
        {
            return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, MetricsJson.Default.EpochMetrics)
                ?? throw new InvalidDataException($"{path}: an epoch's figures are null."))];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: the figures of an epoch can't be read.", e);
        }
    }
}

/// <summary>How lines of <c>metrics.jsonl</c> are written: one object a line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n", RespectRequiredConstructorParameters = true,
    Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(EpochMetrics))]
internal sealed partial class MetricsJson : JsonSerializerContext;
