// The readers that are fuzzed.

using System.Text;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Runs;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Fuzz;

/// <summary>A reader, and what it promises.</summary>
/// <param name="Name">Its name, and that of its folder in the corpus.</param>
/// <param name="Read">Reads a file; what is no file of its kind it refuses by an <see cref="InvalidDataException"/>.</param>
/// <param name="Damage">How its files are damaged.</param>
/// <param name="MemoryPerByte">Bytes that it may allocate for a byte of its input.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read, Damage Damage, int MemoryPerByte)
{
    /// <summary>Bytes that any reader may allocate, whatever its input.</summary>
    public const long FixedMemory = 2 << 20;

    // A byte of deflate is at most 1032 bytes, each eight pixels, each a float.
    private const int Plain = 200, Inflated = 1032 * 8 * 4;

    // Before All, which uses it.
    private static readonly Lazy<CheckpointReader> Restorer = new(() => new CheckpointReader());

    /// <summary>Every reader of a file that may come from elsewhere, or may have been damaged.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("idx", ReadIdx, Wrapping.None, Plain),
        new("idx-gzip", ReadIdx, Wrapping.Gzip, Inflated),
        new("npy", ReadInput, Wrapping.None, Plain),
        new("npz", ReadInput, Wrapping.Zip, Inflated),
        new("csv", ReadCsv, Wrapping.None, Plain),
        new("png", ReadInput, Wrapping.Png, Inflated),
        new("safetensors", file => SafetensorsFile.Read(new MemoryStream(file), "input", allowNonFinite: file.Length % 2 == 0), Wrapping.Safetensors, Plain),
        new("model", OfFile(path => ModelFile.Read(path)), Wrapping.Safetensors, Plain),
        new("checkpoint", OfFile(path => Restorer.Value.Read(path)), Wrapping.Safetensors, Plain),
        new("run-json", OfFile(path => UseReport(RunReport.Read(path))), Wrapping.None, Plain),
        new("metrics", file => MetricsFile.Format(MetricsFile.Parse(Encoding.UTF8.GetString(file), "input")), Wrapping.None, Plain),
        new("study", OfFile(path => StudyStore.Read(path)), Wrapping.None, Plain),
    ];

    private static void ReadIdx(byte[] file)
    {
        if (file.Length % 2 == 0) IdxFile.Read(new MemoryStream(file), "input");
        else ReadInput(file);
    }

    private static void ReadInput(byte[] file) => ReadRows(file, new InputOptions());

    private static void ReadCsv(byte[] file) => ReadRows(file, (file.Length % 4) switch
    {
        0 => new(),
        1 => new() { HasHeader = true, LabelColumn = "label" },
        2 => new() { HasHeader = false, Expected = InputShape.Table(3) },
        _ => new() { Expected = InputShape.Table(["a", "b"]) },
    });

    // Every row is taken, as a caller would: a problem is no failure, but values must be there and be numbers.
    private static void ReadRows(byte[] file, InputOptions options)
    {
        using var reader = InputReader.Open(new MemoryStream(file), "input", null, options);
        var row = new InputRow();
        while (reader.Read(row))
        {
            if (row.Problem is null && (row.Values.Length != reader.Shape.Features || row.Values.AsSpan().ContainsAny(float.PositiveInfinity, float.NegativeInfinity)))
                throw new InvalidOperationException("A row without a problem has other features, or an infinite value.");
        }
    }

    // What is read is written again, and made a part of a grid and of a page as callers do.
    private static void UseReport(RunReport report)
    {
        report.ToJson();
        var run = FinishedRun.From("folder", report);
        GridCell.From(run.Latent, run.Beta, report.Evaluation, report.WeightsSha256);
        _ = report.Evaluation.Threshold?.FalseAlarms.Sum(alarms => alarms.Rate);
    }

    // The file lies in memory where there is such a place.
    private static Action<byte[]> OfFile(Action<string> read)
    {
        var path = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"vae-fuzz-{Environment.ProcessId}");
        return file =>
        {
            File.WriteAllBytes(path, file);
            try
            {
                read(path);
            }
            finally
            {
                File.Delete(path);
            }
        };
    }
}

/// <summary>Restores checkpoints into a run of the settings that the corpus has.</summary>
internal sealed class CheckpointReader
{
    /// <summary>The settings of the models in the corpus.</summary>
    public static TrainingSettings Settings { get; } = new() { HeldOut = 1, Latent = 2, Hidden = [3], Epochs = 3, Batch = 2 };

    public static Dictionary<string, string> Data { get; } = new() { ["images"] = "1234" };

    private readonly Trainer _trainer = MakeTrainer(new Engine(1));

    public static Trainer MakeTrainer(Engine engine) =>
        new(engine, Settings, new ImageDataset([.. Enumerable.Range(0, 5 * 4).Select(i => (byte)(i * 13))], [0, 2, 0, 2, 3], 2, 2, 10), 10);

    /// <summary>Reads a checkpoint; one of another run is refused by what is documented for that.</summary>
    public void Read(string path)
    {
        try
        {
            Checkpoint.Restore(path, _trainer, Data);
        }
        catch (RunConflictException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
