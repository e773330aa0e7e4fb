// Models to other programs and back: vae export, vae import, vae train --tensorboard.
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Cli.Tests;

public sealed class ExchangeTests(SmallModel small) : IClassFixture<SmallModel>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_export_is_three_files_from_a_folder_or_a_file()
    {
        var outcome = VaeProcess.Run("export", small.Folder, "--onnx", _folder["a.onnx"], "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(
            [_folder["a.onnx"], _folder["a.encoder.onnx"], _folder["a.decoder.onnx"], "784-8-2-8-784", ModelFile.Read(Path.Combine(small.Folder, "model.safetensors")).WeightsSha256],
            outcome.Json.EnumerateObject().Select(property => property.Value.GetString()));
        Assert.All(new[] { "a.onnx", "a.encoder.onnx", "a.decoder.onnx" }, name => Assert.True(File.Exists(_folder[name])));

        var again = VaeProcess.Run("export", Path.Combine(small.Folder, "model.safetensors"), "--onnx", _folder["b.onnx"]);
        Assert.Contains("b.decoder.onnx", again.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["a.onnx"]), File.ReadAllBytes(_folder["b.onnx"]));
    }

    [Fact]
    public void An_export_that_can_not_be_says_why()
    {
        VaeProcess.Run("export", small.Folder).AssertOneSentence("--onnx", "required");
        VaeProcess.Run("export", _folder["nothing"], "--onnx", _folder["a.onnx"]).AssertRefused("There is no model at");
        VaeProcess.Run("export", small.Folder, "--onnx", _folder["nowhere", "a.onnx"]).AssertRefused("nowhere");
        Assert.Empty(_folder.Snapshot());
    }

    [Fact]
    public void Weights_without_metadata_become_the_model_they_were()
    {
        var file = SafetensorsFile.Read(Path.Combine(small.Folder, "model.safetensors"));
        SafetensorsFile.Write(_folder["weights.safetensors"], file.Tensors, new Dictionary<string, string>());
        var outcome = VaeProcess.Run("import", _folder["weights.safetensors"], "-o", _folder["model.safetensors"], "--epochs", "1");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("784-8-2-8-784", outcome.Output, StringComparison.Ordinal);
        // It was trained with the defaults: with one epoch told, every byte is there again.
        Assert.Equal(small.Model, File.ReadAllBytes(_folder["model.safetensors"]));

        var other = VaeProcess.Run("import", _folder["weights.safetensors"], "--out", _folder["model.safetensors"], "--likelihood", "gaussian", "--held-out", "8", "--json");
        Assert.Equal(file.DataSha256, other.Json.GetProperty("weightsSha256").GetString());
        var model = ModelFile.Read(_folder["model.safetensors"]);
        Assert.Equal((8, "Gaussian"), (model.Settings.HeldOut, model.Settings.Likelihood.ToString()));
        Assert.Equal(0, VaeProcess.Run("evaluate", _folder["model.safetensors"], "--scores", "network", "--data", "sample").ExitCode);
    }

    [Fact]
    public void Weights_that_can_not_be_imported_leave_no_model()
    {
        var file = SafetensorsFile.Read(Path.Combine(small.Folder, "model.safetensors"));
        SafetensorsFile.Write(_folder["weights.safetensors"], [.. file.Tensors.Where(tensor => tensor.Name != "logvar.bias")], new Dictionary<string, string>());
        var before = _folder.Snapshot();
        string[] Import(string weights, params string[] more) => ["import", _folder[weights], "-o", _folder["model.safetensors"], .. more];
        VaeProcess.Run(Import("weights.safetensors")).AssertRefused("weights.safetensors: there is no tensor 'logvar.bias', expected one of shape [2]");
        VaeProcess.Run(Import("nothing.safetensors")).AssertRefused("There is no file", "nothing.safetensors");
        VaeProcess.Run(Import("weights.safetensors", "--likelihood", "poisson")).AssertRefused("The likelihood is 'poisson'");
        VaeProcess.Run(Import("weights.safetensors", "--held-out", "10")).AssertRefused("held-out class is 10");
        VaeProcess.Run("import", _folder["weights.safetensors"]).AssertOneSentence("--out", "required");
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void A_run_with_curves_has_the_bits_of_one_without()
    {
        string[] train = ["train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "1", "--out", _folder["run"], "--tensorboard", _folder["curves", "run"]];
        Assert.Equal(0, VaeProcess.Run(train).ExitCode);
        Assert.Equal(small.Model, File.ReadAllBytes(_folder["run", "model.safetensors"]));
        var events = Assert.Single(Directory.GetFiles(_folder["curves", "run"]));
        Assert.Equal("events.out.tfevents.vae", Path.GetFileName(events));

        // Another run does not mix with it, unless it starts anew.
        var before = File.ReadAllBytes(events);
        string[] other = [.. train, "--beta", "4", "--overwrite"];
        string[] elsewhere = [.. other[..^1].Select(argument => argument == _folder["run"] ? _folder["other"] : argument)];
        VaeProcess.Run(elsewhere).AssertRefused("events.out.tfevents.vae belongs to a run of other settings", "--overwrite");
        Assert.Equal(before, File.ReadAllBytes(events));
        Assert.Equal(0, VaeProcess.Run(other).ExitCode);
        Assert.NotEqual(before, File.ReadAllBytes(events));
    }
}
