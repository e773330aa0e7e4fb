// The seeds that this program's own writers make; the others were made by NumPy and ImageMagick (tests/Vae/Input/data/make.sh).

using System.Globalization;
using System.IO.Compression;
using System.Text;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Fuzz;

/// <summary>Writes the corpus. It is committed; this says how it was made.</summary>
internal static class Corpus
{
    public static void Make()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, .. Enumerable.Range(0, 24).Select(i => (byte)(i * 11))];
        byte[] table = [0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6];
        Write("idx", "images", images);
        Write("idx", "table", table);
        Write("idx-gzip", "images", Gzip(images));
        Write("idx-gzip", "table", Gzip(table));

        Write("csv", "plain", "1,2.5,-3e7\n4,NA,6\n7,8,0.125\n"u8.ToArray());
        Write("csv", "labels", "label,a,\"b\"\r\nx,1,2\r\n\"y, \"\"z\"\"\",,4\r\n"u8.ToArray());
        Write("csv", "names", "\uFEFFb;a\n1;2\n?;null\n\n"u8.ToArray());

        CopyOthers("npy", "*.npy");
        CopyOthers("npz", "*.npz");
        CopyOthers("png", Path.Combine("png", "*.png"));

        using var engine = new Engine(1);
        var trainer = CheckpointReader.MakeTrainer(engine);
        EpochMetrics[] metrics = [new(1, 3.5, 2.5, 1, 0.25), new(2, 3.25, 2.25, 1, 0.5)];
        ModelFile.Write(Place("model", "plain"), trainer.Parameters, CheckpointReader.Settings);
        ModelFile.Write(Place("model", "calibrated"), trainer.Parameters, CheckpointReader.Settings, Calibration.From("mse", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]));
        // Rows that differ, of three columns: the smallest detector.
        AnomalyDetector.Fit([.. Enumerable.Range(0, 120).Select(i => i * i % 7 + 0.25f * (i % 3))], 3, new() { Epochs = 1, Hidden = [2], Latent = 1 }).Save(Place("model", "detector"));
        Checkpoint.Write(Place("checkpoint", "start"), trainer, CheckpointReader.Data, []);
        trainer.Restore(new TrainingPosition(2, 2, 1.5, 0.5));
        Checkpoint.Write(Place("checkpoint", "epoch-2"), trainer, CheckpointReader.Data, metrics);
        SafetensorsFile.Write(Place("safetensors", "small"), [new("a", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }), new("b", [1], new float[] { -1 })], new Dictionary<string, string> { ["note"] = "\"quoted\" \u00e4" });
        MakeReport(engine);
        Write("metrics", "two", Encoding.UTF8.GetBytes(MetricsFile.Format(metrics)));

        var repository = Path.GetFullPath(Path.Combine(Fuzzer.Folder, "..", ".."));
        var study = File.ReadAllLines(Path.Combine(repository, "results", "study.csv"));
        // A few figures of a few models.
        Write("study", "three", Encoding.UTF8.GetBytes(string.Concat(study.Take(4).Select(line => string.Join(',', line.Split(',').Take(14)) + "\n"))));
    }

    // The report of a run on the sample, which is as small as runs are.
    private static void MakeReport(Engine engine)
    {
        var run = Directory.CreateTempSubdirectory("vae-fuzz-");
        new RunFolder(run.FullName).Train(engine, new TrainingSettings { Latent = 2, Hidden = [3], Epochs = 1 }, FashionMnist.Load(FashionMnistSources.SampleWord));
        Write("run-json", "sample", File.ReadAllBytes(new RunFolder(run.FullName).ReportPath));
        run.Delete(recursive: true);
    }

    private static void CopyOthers(string target, string pattern)
    {
        var data = Path.Combine(Fuzzer.Folder, "..", "Vae", "Input", "data", Path.GetDirectoryName(pattern)!);
        foreach (var file in Directory.GetFiles(data, Path.GetFileName(pattern))) Write(target, Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));
    }

    private static byte[] Gzip(byte[] content)
    {
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(content);
        return result.ToArray();
    }

    private static void Write(string target, string name, byte[] content) => File.WriteAllBytes(Place(target, name), content);

    private static string Place(string target, string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Fuzzer.Folder, "corpus", target)).FullName, name.ToLower(CultureInfo.InvariantCulture));
}
