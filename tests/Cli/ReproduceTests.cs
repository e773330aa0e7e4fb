// The grid experiment, in small.
using System.Text.Json;

namespace VaeFromScratch.Cli.Tests;

public sealed class ReproduceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Reproduce(params string[] more) =>
        ["reproduce", "--data", "sample", "--latent", "2,8", "--beta", "0.1,1", "--hidden", "32", "--out", _folder["results"], .. more];

    [Fact]
    public void It_ends_with_the_table_and_the_second_time_trains_nothing()
    {
        var first = VaeProcess.Run(Reproduce("--epochs", "1"));
        Assert.Equal(0, first.ExitCode);
        foreach (var text in new[] { "AUC-ROC", "beta 0.1", "beta 1", "MSE", "KL", "Detection and beta.", "within noise", "Claim: high beta detects better." })
            Assert.Contains(text, first.Output, StringComparison.Ordinal);
        Assert.All(first.Output.Split('\n').Where(line => !line.StartsWith("Written to", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(4, Count(first.Error, "epoch 1/1"));
        Assert.DoesNotContain('\u001b', first.Output + first.Error);

        var before = _folder.Snapshot();
        var second = VaeProcess.Run(Reproduce("--epochs", "1"));
        Assert.Equal((0, first.Output), (second.ExitCode, second.Output));
        Assert.Equal(4, Count(second.Error, "finished before"));
        Assert.Equal(0, Count(second.Error, "epoch 1/1"));
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void What_a_killed_one_has_left_beside_finished_models_and_the_table_is_removed()
    {
        Assert.Equal(0, VaeProcess.Run(Reproduce("--epochs", "1")).ExitCode);
        var before = _folder.Snapshot();
        var folder = Path.GetDirectoryName(Table())!;
        var cell = Path.Combine(folder, "latent-2-beta-1");
        foreach (var left in new[] { Path.Combine(folder, ".vae-0123456789abcdef.tmp"), Path.Combine(cell, ".vae-0123456789abcdef.tmp"), Path.Combine(cell, ".lock"), Path.Combine(cell, "checkpoint.safetensors") })
            File.WriteAllText(left, "");
        Assert.Equal(0, VaeProcess.Run(Reproduce("--epochs", "1")).ExitCode);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void Runs_of_other_settings_live_side_by_side()
    {
        Assert.Equal(0, VaeProcess.Run(Reproduce("--epochs", "1")).ExitCode);
        Assert.Equal(0, VaeProcess.Run(Reproduce("--epochs", "2")).ExitCode);
        Assert.Equal(0, VaeProcess.Run(Reproduce("--epochs", "1", "--seed", "1")).ExitCode);
        Assert.Equal(12, Directory.EnumerateFiles(_folder["results"], "run.json", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Jobs_and_threads_change_no_bit_of_the_table()
    {
        var one = VaeProcess.Run(Reproduce("--epochs", "1", "--jobs", "1", "--threads", "2", "--json"));
        var table = Table();
        Assert.Equal(File.ReadAllText(table), one.Output);
        var bytes = File.ReadAllBytes(table);
        Directory.Delete(_folder["results"], recursive: true);
        VaeProcess.Run(Reproduce("--epochs", "1", "--jobs", "3", "--threads", "4"));
        Assert.Equal(bytes, File.ReadAllBytes(table));
    }

    [Fact]
    public void Several_classes_end_with_their_mean()
    {
        var outcome = VaeProcess.Run("reproduce", "--data", "sample", "--held-out", "all", "--latent", "2", "--beta", "1", "--epochs", "1", "--hidden", "8",
            "--out", _folder["results"], "--json");
        Assert.Equal(0, outcome.ExitCode);
        var aurocs = outcome.Json.GetProperty("classes").EnumerateArray().Select(Auroc).ToArray();
        Assert.Equal(10, aurocs.Length);
        Assert.Equal(aurocs.Average(), Auroc(outcome.Json.GetProperty("mean")), 1e-12);
        Assert.Equal("held-out-all", Path.GetFileName(Path.GetDirectoryName(Table())));

        // A class that was trained for all of them is finished when it is asked for alone.
        var alone = VaeProcess.Run("reproduce", "--data", "sample", "--held-out", "3", "--latent", "2", "--beta", "1", "--epochs", "1", "--hidden", "8",
            "--out", _folder["results"]);
        Assert.Contains("finished before", alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_fails_loses_no_other()
    {
        string[] arguments = ["reproduce", "--data", "sample", "--latent", "2", "--beta", "1,2,3", "--epochs", "1", "--hidden", "8", "--out", _folder["results"]];
        VaeProcess.Run(arguments);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Table())!, "latent-2-beta-1", "run.json"), "{");
        Directory.Delete(Path.Combine(Path.GetDirectoryName(Table())!, "latent-2-beta-3"), recursive: true);

        var outcome = VaeProcess.Run(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("vae: Cell 1 failed: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Count(outcome.Error, "finished before"), Count(outcome.Error, "epoch 1/1")));
        Assert.Contains("failed", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_checkpoints_every_cell_and_the_next_time_they_continue(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        string[] slow = ["--hidden", "200", "--epochs", "3", "--isa", "scalar"];
        string[] Arguments(string folder) => ["reproduce", "--data", "sample", "--latent", "2", "--beta", "0.1,1", "--threads", "2", "--jobs", "2", .. slow, "--out", folder];
        using (var process = VaeProcess.Start(Arguments(_folder["results"])))
        {
            process.WaitForError("epoch 1/3");
            process.WaitForError("epoch 1/3");
            process.Signal(signal);
            Assert.Equal(exitCode, process.Wait().ExitCode);
        }

        Assert.Equal(2, Directory.EnumerateFiles(_folder["results"], "checkpoint.safetensors", SearchOption.AllDirectories).Count());
        var resumed = VaeProcess.Run([.. Arguments(_folder["results"])]);
        Assert.Equal((0, 0), (resumed.ExitCode, Count(resumed.Error, "epoch 1/3")));
        var bytes = File.ReadAllBytes(Table());

        // The same on the fastest kernel, unbroken.
        Assert.Equal(0, VaeProcess.Run([.. Arguments(_folder["unbroken"])[..^4], "--out", _folder["unbroken"]]).ExitCode);
        Assert.Equal(bytes, File.ReadAllBytes(Table("unbroken")));
    }

    private string Table(string root = "results") => Directory.EnumerateFiles(_folder[root], "table.json", SearchOption.AllDirectories).Single();

    private static double Auroc(JsonElement grid) => grid.GetProperty("cells")[0].GetProperty("auroc").GetProperty("mse").GetDouble();

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
