// Data files that are not what they should be: training refuses them in one sentence, `data verify` names them.
using System.IO.Compression;

namespace VaeFromScratch.Cli.Tests;

public sealed class DamagedDataTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte.gz", TrainLabels = "train-labels-idx1-ubyte.gz", TestImages = "t10k-images-idx3-ubyte.gz";

    private readonly TempFolder _folder = new();
    private readonly string _data;

    public DamagedDataTests() => _data = _folder.CopySample("data");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Damages => new()
    {
        { "truncated", TrainImages, TrainImages },
        { "empty", TrainLabels, TrainLabels },
        { "bit flipped", TestImages, TestImages },
        { "oversized", TrainImages, "at most" },
        { "more than declared", TrainLabels, "more follow" },
        { "fewer labels", TrainLabels, TrainLabels },
        { "another file", TrainLabels, TrainLabels },
        { "missing", TestImages, "t10k-images-idx3-ubyte" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Training_refuses_them_and_leaves_nothing(string damage, string file, string word)
    {
        Damage(damage, Path.Combine(_data, file));
        var before = _folder.Snapshot();
        VaeProcess.Run("train", "--data", _data, "--epochs", "1", "--out", _folder["run"]).AssertRefused(_data, word);
        VaeProcess.Run("reproduce", "--data", _data, "--epochs", "1", "--out", _folder["results"]).AssertRefused(_data, word);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Verify_names_the_file(string damage, string file, string word)
    {
        Damage(damage, Path.Combine(_data, file));
        var outcome = VaeProcess.Run("data", "verify", "--data", _data, "--json");
        outcome.AssertOneSentence(_data, word);
        if (damage == "missing")
        {
            Assert.Equal(2, outcome.ExitCode);
            return;
        }

        Assert.Equal(1, outcome.ExitCode);
        Assert.False(outcome.Json.GetProperty("isValid").GetBoolean());
        var wrong = outcome.Json.GetProperty("files").EnumerateArray().Where(entry => entry.GetProperty("problem").GetString() is not null);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), Assert.Single(wrong).GetProperty("name").GetString());
    }

    [Fact]
    public void Verify_accepts_an_undamaged_copy()
    {
        var outcome = VaeProcess.Run("data", "verify", "--data", _data, "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.True(outcome.Json.GetProperty("isValid").GetBoolean());
        Assert.Contains("as published", VaeProcess.Run("data", "verify", "--data", _data).Output, StringComparison.Ordinal);
    }

    private static void Damage(string damage, string path)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "bit flipped":
                bytes[bytes.Length / 2] ^= 0x10;
                File.WriteAllBytes(path, bytes);
                break;
            case "oversized":
                Edit(path, content => [.. content[..4], 0x7F, 0xFF, 0xFF, 0xFF, .. content[8..]]);
                break;
            case "more than declared":
                Edit(path, content => [.. content, 1, 2, 3]);
                break;
            case "fewer labels":
                Edit(path, content => [.. content[..6], (byte)(2999 >> 8), 2999 & 0xFF, .. content[8..^1]]);
                break;
            case "another file":
                Edit(path, content => [.. content[..^1], (byte)(9 - content[^1])]);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private static void Edit(string path, Func<byte[], byte[]> edit)
    {
        using var content = new MemoryStream();
        using (var reader = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) reader.CopyTo(content);
        using var writer = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        writer.Write(edit(content.ToArray()));
    }
}
