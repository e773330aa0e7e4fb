// The run whose weights are known to the bit.
using System.Text.Json;

namespace VaeFromScratch.Cli.Tests;

internal static class GoldenRun
{
    /// <summary>SHA-256 of the weights after the 200 steps, on every instruction set, any number of threads, and through any interruption.</summary>
    public const string WeightsSha256 = "6bdadc12409d056e59e427a3cb2ddaeb6ed9e59812bdd705a34f43775b5d6aa2";

    /// <summary>The same after an epoch at beta 0.1 in batches of 112, where beta / n and beta times 1 / n are two numbers, as they are not at beta 1.</summary>
    public const string RoundedBetaSha256 = "0626ba74b7dccec5c6bba2827cf60727a653988708af928c2954de1aafe2a499";

    public const int Epochs = 10, Steps = 200;

    /// <summary>2 700 normal images of the sample: 20 steps an epoch, the last with a batch of 116.</summary>
    public static string[] Train(string folder, params string[] more) =>
    [
        "train", "--data", "sample", "--held-out", "0", "--hidden", "100", "--latent", "16", "--beta", "1", "--batch", "136", "--epochs", "10", "--seed", "0",
        "--out", folder, .. more,
    ];

    /// <summary>An epoch of it at beta 0.1 in batches of 112.</summary>
    public static string[] TrainWithRoundedBeta(string folder, params string[] more) =>
    [
        "train", "--data", "sample", "--held-out", "0", "--hidden", "100", "--latent", "16", "--beta", "0.1", "--batch", "112", "--epochs", "1", "--seed", "0",
        "--out", folder, .. more,
    ];

    public static JsonElement Report(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "run.json")));
        return document.RootElement.Clone();
    }

    /// <summary>Asserts that the folder holds the finished run, whole and to the bit, and nothing else.</summary>
    public static void AssertFinished(string folder)
    {
        var report = Report(folder);
        Assert.Equal(WeightsSha256, report.GetProperty("weightsSha256").GetString());
        Assert.Equal(Steps, report.GetProperty("steps").GetInt32());
        Assert.Equal(["metrics.jsonl", "model.safetensors", "run.json"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, Epochs), File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("epoch").GetInt32();
        }));
    }
}
