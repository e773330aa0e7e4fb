// Runs in folders: resuming, refusing, and what is left behind.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Engine _engine = new(1);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_finished_run_leaves_a_model_its_figures_and_a_report()
    {
        var run = new RunFolder(_folder["run"]);
        var report = run.Train(_engine, Sample.Small, Sample.Data);

        Assert.Equal(["metrics.jsonl", "model.safetensors", "run.json"], Directory.GetFiles(run.Path).Select(Path.GetFileName).Order());
        var model = ModelFile.Read(run.ModelPath);
        Assert.Equal(report.WeightsSha256, model.WeightsSha256);
        Assert.Null(Sample.Small.FirstDifference(model.Settings.Describe().ToDictionary()));
        Assert.Equal(report.ToJson(), RunReport.Read(run.ReportPath).ToJson());
        Assert.Equal(Sample.Data.Sha256, report.Data);
        Assert.Equal(12, report.Steps);
        Assert.Equal(2, File.ReadAllLines(run.MetricsPath).Length);

        var again = Evaluator.Evaluate(_engine, model.Parameters, Sample.Data.Test, model.Settings.HeldOut);
        Assert.Equal(report.Evaluation.Scores, again.Scores);
        Assert.Equal((1000, 100), (again.Images, again.Anomalies));
        Assert.All(again.Scores.Values, score => Assert.InRange(score.Auroc, 0.01, 0.99));
    }

    [Fact]
    public void A_cancelled_run_leaves_a_checkpoint_and_continues_to_the_same_bits()
    {
        var whole = new RunFolder(_folder["whole"]).Train(_engine, Sample.Small, Sample.Data);
        for (var stopAt = 500; stopAt <= 2700; stopAt += 1100)
        {
            var run = new RunFolder(_folder[$"broken-{stopAt}"]);
            using var source = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => run.Train(_engine, Sample.Small, Sample.Data, new Stopper(stopAt, source), source.Token));
            Assert.True(File.Exists(run.CheckpointPath));
            Assert.False(File.Exists(run.ReportPath));

            var report = run.Train(_engine, Sample.Small, Sample.Data);
            Assert.Equal(whole.WeightsSha256, report.WeightsSha256);
            Assert.Equal(whole.FinalEpoch with { Seconds = 0 }, report.FinalEpoch with { Seconds = 0 });
            Assert.False(File.Exists(run.CheckpointPath));
        }
    }

    [Fact]
    public void A_finished_run_is_not_done_again()
    {
        var run = new RunFolder(_folder["run"]);
        run.Train(_engine, Sample.Small, Sample.Data);
        var before = File.GetLastWriteTimeUtc(run.ModelPath);
        run.Train(_engine, Sample.Small, Sample.Data, new Stopper(0, null));
        Assert.Equal(before, File.GetLastWriteTimeUtc(run.ModelPath));
    }

    [Fact]
    public void Another_run_in_the_folder_is_refused_and_the_difference_named()
    {
        var run = new RunFolder(_folder["run"]);
        run.Train(_engine, Sample.Small, Sample.Data);
        var exception = Assert.Throws<RunConflictException>(() => run.Train(_engine, Sample.Small with { Beta = 4 }, Sample.Data));
        Assert.Contains("beta is 1 there, 4 asked for", exception.Message);

        var report = new RunFolder(run.Path) { Overwrites = true }.Train(_engine, Sample.Small with { Beta = 4 }, Sample.Data);
        Assert.Equal("4", report.Settings["beta"]);
        Assert.Equal(report.WeightsSha256, ModelFile.Read(run.ModelPath).WeightsSha256);
    }

    [Fact]
    public void A_run_is_not_overwritten_by_one_that_can_not_begin()
    {
        var run = new RunFolder(_folder["run"]);
        run.Train(_engine, Sample.Small, Sample.Data);
        File.WriteAllText(_folder["file"], "");
        string Refused<T>(TrainingSettings settings, string? curves = null) where T : Exception => Assert.Throws<T>(
            () => new RunFolder(run.Path) { Overwrites = true, TensorBoardFolder = curves }.Train(_engine, settings, Sample.Data)).Message;

        Assert.Equal("The model has more than 1073741824 parameters.", Refused<InvalidSettingException>(Sample.Small with { Hidden = [65536, 65536] }));
        Assert.Equal("The number of epochs is 6001; expected 1 to 6000, whose figures a checkpoint has room for.", Refused<InvalidSettingException>(Sample.Small with { Epochs = 6001 }));
        Assert.StartsWith($"The folder {_folder["file"]} can't be made or written", Refused<IOException>(Sample.Small with { Beta = 4 }, _folder["file"]), StringComparison.Ordinal);
        Assert.NotNull(run.FindFinished(Sample.Small, Sample.Data.Sha256));
        Assert.True(File.Exists(run.ModelPath));
    }

    [Fact]
    public void A_checkpoint_has_room_for_the_longest_figures_of_every_epoch_that_may_be_asked_for()
    {
        var settings = Sample.Small with { Epochs = Checkpoint.MostEpochs, Hidden = [.. Enumerable.Repeat(1, VaeArchitecture.MaxHiddenLayers)], Latent = 1 };
        Checkpoint.RequireRoom(settings);
        var trainer = new Trainer(_engine, settings, Sample.Data.Train, 10);
        var (longest, seconds) = (-1.2345678901234567e-300, 12345.6789012);
        Checkpoint.Write(_folder["checkpoint"], trainer, Sample.Data.Sha256, [.. Enumerable.Range(1, settings.Epochs).Select(epoch => new EpochMetrics(epoch, longest, longest, longest, seconds))]);
        Assert.Equal(settings.Epochs, SafetensorsFile.Read(_folder["checkpoint"]).Metadata["metrics"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void An_unfinished_run_of_other_settings_is_refused_too()
    {
        var run = Interrupted();
        var before = File.ReadAllBytes(run.CheckpointPath);
        var exception = Assert.Throws<RunConflictException>(() => run.Train(_engine, Sample.Small with { Seed = 9 }, Sample.Data));
        Assert.Contains("seed is 3 there, 9 asked for", exception.Message);
        Assert.Equal(before, File.ReadAllBytes(run.CheckpointPath));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_in_one_sentence()
    {
        var run = Interrupted();
        var good = File.ReadAllBytes(run.CheckpointPath);
        foreach (var length in new[] { 0, 7, 8, 100, good.Length / 2, good.Length - 1 })
        {
            File.WriteAllBytes(run.CheckpointPath, good[..length]);
            var exception = Assert.Throws<InvalidDataException>(() => run.Train(_engine, Sample.Small, Sample.Data));
            Assert.StartsWith(run.CheckpointPath, exception.Message);
            Assert.DoesNotContain('\n', exception.Message);
        }

        File.WriteAllBytes(run.CheckpointPath, good);
        run.Train(_engine, Sample.Small, Sample.Data);
    }

    [Theory]
    [InlineData("position.epoch", "1")]
    [InlineData("position.images", "499")]
    [InlineData("position.images", "-500")]
    [InlineData("position.images", "x")]
    [InlineData("position.klSum", "NaN")]
    [InlineData("metrics", "{")]
    [InlineData("latent", "5")]
    public void A_checkpoint_that_no_run_writes_is_refused(string key, string value)
    {
        var run = Interrupted();
        var file = SafetensorsFile.Read(run.CheckpointPath);
        SafetensorsFile.Write(run.CheckpointPath, file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });
        var exception = Record.Exception(() => run.Train(_engine, Sample.Small, Sample.Data));
        Assert.True(exception is InvalidDataException or RunConflictException, exception?.ToString());
    }

    [Fact]
    public void A_model_of_another_architecture_is_refused()
    {
        var run = new RunFolder(_folder["run"]);
        run.Train(_engine, Sample.Small, Sample.Data);
        var file = SafetensorsFile.Read(run.ModelPath);
        foreach (var (key, value) in new[] { ("latent", "5"), ("hidden", "24,24"), ("features", "783"), ("hidden", "65536,65536,65536"), ("format", "other"), ("hidden", ""), ("beta", "0,5") })
        {
            SafetensorsFile.Write(run.ModelPath, file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });
            Assert.StartsWith(run.ModelPath, Assert.Throws<InvalidDataException>(() => ModelFile.Read(run.ModelPath)).Message);
        }
    }

    [Fact]
    public void Two_processes_in_one_folder_are_one_too_many()
    {
        var run = new RunFolder(_folder["run"]);
        var refused = false;
        run.Train(_engine, Sample.Small, Sample.Data, new Stopper(500, null, () =>
        {
            using var other = new Engine(1);
            Assert.Contains("another process", Assert.Throws<RunConflictException>(() => new RunFolder(run.Path).Train(other, Sample.Small, Sample.Data)).Message);
            refused = true;
        }));
        Assert.True(refused);
    }

    private RunFolder Interrupted()
    {
        var run = new RunFolder(_folder["run"]);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => run.Train(_engine, Sample.Small, Sample.Data, new Stopper(1000, source), source.Token));
        return run;
    }

    /// <summary>Stops a run, or does something else, once so many images of the first epoch are seen.</summary>
    private sealed class Stopper(int images, CancellationTokenSource? source, Action? action = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            Assert.NotEqual(0, images);
            if (value.Epoch != 1 || value.Images < images || value.Finished is not null) return;
            if (value.Images < images + Sample.Small.Batch) action?.Invoke();
            source?.Cancel();
        }
    }
}
