// What a run leaves in its folder, and how it treats what it finds there.
using System.Text.Json;

namespace VaeFromScratch.Cli.Tests;

public sealed class RunFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] SmallTrain(params string[] more) =>
        ["train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "2", "--out", _folder["run"], .. more];

    [Fact]
    public void Metrics_are_an_object_an_epoch()
    {
        Assert.Equal(0, VaeProcess.Run(SmallTrain()).ExitCode);
        var lines = File.ReadAllLines(_folder["run", "metrics.jsonl"]);
        Assert.Equal(2, lines.Length);
        Assert.All(lines.Index(), line =>
        {
            using var document = JsonDocument.Parse(line.Item);
            Assert.Equal(["epoch", "loss", "reconstruction", "kl", "seconds"], document.RootElement.EnumerateObject().Select(property => property.Name));
            Assert.Equal(line.Index + 1, document.RootElement.GetProperty("epoch").GetInt32());
            double Figure(string name) => document.RootElement.GetProperty(name).GetDouble();
            Assert.Equal(Figure("reconstruction") + Figure("kl"), Figure("loss"), 1e-9);
            Assert.True(Figure("seconds") > 0);
        });
    }

    [Fact]
    public void The_report_is_complete_and_is_what_json_prints()
    {
        var outcome = VaeProcess.Run(SmallTrain("--seed", "7", "--threads", "2", "--json"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(File.ReadAllText(_folder["run", "run.json"]), outcome.Output);
        var report = outcome.Json;
        Assert.Equal(["heldOut", "latent", "beta", "hidden", "epochs", "batch", "learningRate", "seed"],
            report.GetProperty("settings").EnumerateObject().Select(setting => setting.Name));
        Assert.Equal("7", report.GetProperty("settings").GetProperty("seed").GetString());
        Assert.Equal(4, report.GetProperty("data").EnumerateObject().Count(file => file.Value.GetString()!.Length == 64));
        Assert.Equal(2, report.GetProperty("threads").GetInt32());
        Assert.Equal(44, report.GetProperty("steps").GetInt32());
        Assert.Equal(64, report.GetProperty("weightsSha256").GetString()!.Length);
        Assert.Equal(2, report.GetProperty("finalEpoch").GetProperty("epoch").GetInt32());
        Assert.Equal(VaeProcess.Run("info", "--json").Json.GetProperty("version").GetString(), report.GetProperty("version").GetString());
        Assert.Equal(VaeProcess.Run("info", "--json").Json.GetProperty("kernel").GetString(), report.GetProperty("kernel").GetString());

        // The evaluation of the finished run, of its folder and of its file are one and the same.
        var evaluation = JsonSerializer.Serialize(report.GetProperty("evaluation"));
        Assert.Equal(evaluation, JsonSerializer.Serialize(VaeProcess.Run("evaluate", _folder["run"], "--scores", "network", "--data", "sample", "--json").Json));
        Assert.Equal(evaluation, JsonSerializer.Serialize(VaeProcess.Run("evaluate", _folder["run", "model.safetensors"], "--scores", "network", "--data", "sample", "--json").Json));
    }

    [Fact]
    public void An_evaluation_has_an_auroc_for_each_score()
    {
        VaeProcess.Run(SmallTrain("--held-out", "8"));
        var json = VaeProcess.Run("evaluate", _folder["run"], "--scores", "network", "--data", "sample", "--json").Json;
        Assert.Equal(8, json.GetProperty("heldOut").GetInt32());
        Assert.Equal(["mse", "bce", "kl", "elbo"], json.GetProperty("scores").EnumerateObject().Select(score => score.Name));
        Assert.All(json.GetProperty("scores").EnumerateObject(), score => Assert.InRange(score.Value.GetProperty("auroc").GetDouble(), 0, 1));
        Assert.Contains("AUC-ROC", VaeProcess.Run("evaluate", _folder["run"], "--data", "sample").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--beta 4", "beta is 1 there, 4 asked for")]
    [InlineData("--epochs 3", "epochs is 2 there, 3 asked for")]
    [InlineData("--hidden 8,8", "hidden is 8 there, 8,8 asked for")]
    public void A_run_of_other_settings_is_refused_with_the_difference(string options, string difference)
    {
        VaeProcess.Run(SmallTrain());
        var before = _folder.Snapshot();
        var other = options.Split(' ');
        string[] arguments = [.. SmallTrain().Where((_, i) => !IsOption(i, other[0])), .. other];
        VaeProcess.Run(arguments).AssertRefused(difference, "--overwrite");
        Assert.Equal(before, _folder.Snapshot());

        Assert.Equal(0, VaeProcess.Run([.. arguments, "--overwrite"]).ExitCode);
        Assert.NotEqual(before, _folder.Snapshot());
        Assert.Equal(other[1], GoldenRun.Report(_folder["run"]).GetProperty("settings").GetProperty(other[0][2..]).GetString());
    }

    [Fact]
    public void An_unfinished_run_of_other_settings_is_refused_with_the_difference()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        string[] slow = ["--isa", "scalar", "--threads", "1", "--hidden", "200"];
        using (var process = VaeProcess.Start(["train", "--data", "sample", "--epochs", "9", "--out", _folder["run"], .. slow]))
        {
            process.WaitForError("epoch 1/9");
            process.Signal("TERM");
            Assert.Equal(143, process.Wait().ExitCode);
        }

        var before = _folder.Snapshot();
        VaeProcess.Run(["train", "--data", "sample", "--epochs", "8", "--out", _folder["run"], .. slow]).AssertRefused("epochs is 9 there, 8 asked for");
        Assert.Equal(before, _folder.Snapshot());
        VaeProcess.Run("evaluate", _folder["run"], "--data", "sample").AssertRefused("unfinished");
    }

    [Fact]
    public void A_finished_run_is_not_trained_again()
    {
        VaeProcess.Run(SmallTrain());
        var before = _folder.Snapshot();
        var again = VaeProcess.Run(SmallTrain());
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("is finished", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot());
    }

    private bool IsOption(int index, string option)
    {
        var arguments = SmallTrain();
        return arguments[index] == option || (index > 0 && arguments[index - 1] == option);
    }
}
