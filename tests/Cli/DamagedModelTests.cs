// Model files that are not what they should be.
using System.Buffers.Binary;
using System.Text;

namespace VaeFromScratch.Cli.Tests;

/// <summary>A small model, trained once for all tests.</summary>
public sealed class SmallModel : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallModel()
    {
        var outcome = VaeProcess.Run("train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "1", "--out", Folder);
        Assert.Equal(0, outcome.ExitCode);
        Model = File.ReadAllBytes(Path.Combine(Folder, "model.safetensors"));
    }

    public string Folder => _folder["run"];

    public byte[] Model { get; }

    public void Dispose() => _folder.Dispose();
}

public sealed class DamagedModelTests(SmallModel small) : IClassFixture<SmallModel>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private int HeaderLength => (int)BinaryPrimitives.ReadUInt64LittleEndian(small.Model);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.0001)]
    [InlineData(0.0005)]
    [InlineData(0.01)]
    [InlineData(0.03)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99999)]
    public void A_file_cut_anywhere_is_refused(double part) => AssertRefused(small.Model[..(int)(part * small.Model.Length)]);

    [Fact]
    public void A_file_with_surplus_bytes_is_refused() => AssertRefused([.. small.Model, 0, 0, 0, 0]);

    [Theory]
    [InlineData(0x7FC00000, "NaN")]
    [InlineData(0x7F800000, "infinite")]
    public void Weights_that_are_not_finite_are_refused(int bits, string word)
    {
        var model = small.Model.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(model.AsSpan(sizeof(ulong) + HeaderLength + 400), bits);
        AssertRefused(model, word);
    }

    [Theory]
    [InlineData("[25088,25120]", "[25056,25088]", "overlaps")]
    [InlineData("\"latent\":\"2\"", "\"latent\":\"3\"", "mu.weight")]
    [InlineData("\"hidden\":\"8\"", "\"hidden\":\"9\"", "encoder.0.weight")]
    [InlineData("\"hidden\":\"8\"", "\"hidden\":\"8,8\"", "encoder.2.weight")]
    [InlineData("\"features\":\"784\"", "\"features\":\"100\"", "encoder.0.weight")]
    [InlineData("encoder.0.weight", "encoder.0.gewicht", "encoder.0")]
    [InlineData("\"heldOut\":\"0\"", "\"heldOut\":\"57\"", "57")]
    [InlineData("vae-from-scratch/1", "vae-from-scratch/9", "format")]
    [InlineData("\"F32\"", "\"F16\"", "F16")]
    public void A_header_that_does_not_fit_is_refused(string found, string replacement, string word)
    {
        var header = Encoding.UTF8.GetString(small.Model, sizeof(ulong), HeaderLength);
        Assert.Contains(found, header, StringComparison.Ordinal);
        var position = header.IndexOf(found, StringComparison.Ordinal);
        var edited = Encoding.UTF8.GetBytes(header[..position] + replacement + header[(position + found.Length)..]);
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)edited.Length);
        AssertRefused([.. length, .. edited, .. small.Model.AsSpan(sizeof(ulong) + HeaderLength)], word);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        VaeProcess.Run("evaluate", _folder["nothing"], "--data", "sample").AssertRefused("nothing", "no model");
        VaeProcess.Run("evaluate", _folder.Path, "--data", "sample").AssertRefused("no model");
        VaeProcess.Run("evaluate", "/dev/null", "--data", "sample").AssertRefused();
    }

    [Fact]
    public void A_damaged_checkpoint_or_report_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(_folder["run"]);
        File.WriteAllBytes(_folder["run", "checkpoint.safetensors"], small.Model[..1000]);
        AssertTrainRefused("checkpoint.safetensors");
        File.Delete(_folder["run", "checkpoint.safetensors"]);
        File.WriteAllText(_folder["run", "run.json"], "{\"version\": 1");
        AssertTrainRefused("run.json");
    }

    private void AssertTrainRefused(string word)
    {
        var before = _folder.Snapshot();
        VaeProcess.Run("train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "1", "--out", _folder["run"]).AssertRefused(word);
        Assert.Equal(before, _folder.Snapshot());
    }

    private void AssertRefused(byte[] model, params string[] words)
    {
        var path = _folder["model.safetensors"];
        File.WriteAllBytes(path, model);
        VaeProcess.Run("evaluate", path, "--data", "sample").AssertRefused([path, .. words]);
        Assert.Equal(model, File.ReadAllBytes(path));
    }
}
