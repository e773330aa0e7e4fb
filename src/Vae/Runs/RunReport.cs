// What is known about a finished run: the content of run.json.

using System.Text.Json;
using System.Text.Json.Serialization;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Runs;

/// <summary>A finished run.</summary>
public sealed record RunReport
{
    /// <summary>Version of the program that finished it.</summary>
    public required string Version { get; init; }

    /// <summary>Every setting, by the names of <see cref="TrainingSettings.Describe"/>.</summary>
    public required OrderedDictionary<string, string> Settings { get; init; }

    /// <summary>SHA-256 of the content of each data file.</summary>
    public required OrderedDictionary<string, string> Data { get; init; }

    /// <summary>Instruction set of the kernel that finished it; it changes no bit.</summary>
    public required string Kernel { get; init; }

    /// <summary>Threads that finished it; they change no bit.</summary>
    public required int Threads { get; init; }

    /// <summary>Steps made.</summary>
    public required int Steps { get; init; }

    /// <summary>SHA-256 of the bytes of all weights: equal on any machine for equal settings and data.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Mean training losses of the last epoch.</summary>
    public required EpochMetrics FinalEpoch { get; init; }

    /// <summary>Evaluation on the whole test set; null for a run on data without classes.</summary>
    [JsonPropertyName("evaluation")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvaluationReport? EvaluationIfAny { get; init; }

    /// <summary>Evaluation on the whole test set.</summary>
    /// <exception cref="InvalidDataException">There is none: the run is on data without classes.</exception>
    [JsonIgnore]
    public EvaluationReport Evaluation => EvaluationIfAny ?? throw new InvalidDataException("The run has no evaluation; expected one on Fashion-MNIST, whose classes are known.");

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Default.RunReport);

    /// <summary>Reads <c>run.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file is not such a report.</exception>
    public static RunReport Read(string path)
    {
        try
        {
            var report = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.RunReport)
                ?? throw new InvalidDataException($"{path}: the file holds null; expected the report of a run.");
            // Of lists and dictionaries, the serializer does not ask what is in them.
            return report.EvaluationIfAny is { } evaluation && (evaluation.Scores.ContainsValue(null!) || evaluation.Threshold?.FalseAlarms.Contains(null!) == true)
                ? throw new InvalidDataException($"{path}: a score or the alarms of a class are null; expected their figures.")
                : report;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not the report of a finished run, or a damaged one, at line {(e.LineNumber ?? 0) + 1}.", e);
        }
    }

    internal void Write(string path) => AtomicFile.WriteAllText(path, ToJson() + "\n");
}

/// <summary>How runs are written as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(EnsembleReport))]
public sealed partial class RunJson : JsonSerializerContext;
