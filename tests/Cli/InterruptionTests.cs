// A run that is stopped, kindly or not, continues to the bits of an unbroken one.
namespace VaeFromScratch.Cli.Tests;

public sealed class InterruptionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The slowest kernel on one thread: there is time to hit it.
    private string[] SlowTrain(string checkpointEvery) =>
        GoldenRun.Train(_folder["run"], "--isa", "scalar", "--threads", "1", "--checkpoint-every", checkpointEvery);

    [Fact]
    public void A_run_killed_again_and_again_continues_to_the_golden_weights()
    {
        SkipWithoutSignals();
        var checkpoint = Path.Combine(_folder["run"], "checkpoint.safetensors");
        foreach (var (epoch, delay) in new[] { (1, 0), (3, 5), (4, 40), (7, 15), (9, 2) })
        {
            using var process = VaeProcess.Start(SlowTrain("0"));
            process.WaitForError($"epoch {epoch,2}/10");
            Thread.Sleep(delay);
            process.Signal("KILL");
            Assert.Equal(137, process.Wait().ExitCode);
            Assert.False(File.Exists(Path.Combine(_folder["run"], "run.json")));
            Assert.True(epoch == 1 || File.Exists(checkpoint));
        }

        var resumed = VaeProcess.Run(SlowTrain("0"));
        Assert.Equal(0, resumed.ExitCode);
        Assert.StartsWith("Continuing", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch  7/10", resumed.Error, StringComparison.Ordinal);
        GoldenRun.AssertFinished(_folder["run"]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(90)]
    [InlineData(160)]
    [InlineData(400)]
    [InlineData(700)]
    public void A_run_killed_at_any_moment_continues_to_the_golden_weights(int milliseconds)
    {
        SkipWithoutSignals();
        for (var i = 0; i < 3; i++)
        {
            using var process = VaeProcess.Start(GoldenRun.Train(_folder["run"], "--checkpoint-every", "0"));
            Thread.Sleep(milliseconds + 7 * i);
            process.Signal("KILL");
            process.Wait();
        }

        Assert.Equal(0, VaeProcess.Run(GoldenRun.Train(_folder["run"], "--checkpoint-every", "0")).ExitCode);
        GoldenRun.AssertFinished(_folder["run"]);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_leaves_a_checkpoint_from_which_the_run_continues_to_the_golden_weights(string signal, int exitCode)
    {
        SkipWithoutSignals();
        using (var process = VaeProcess.Start(SlowTrain("1000")))
        {
            process.WaitForError("epoch  3/10");
            process.Signal(signal);
            var stopped = process.Wait();
            Assert.Equal((exitCode, ""), (stopped.ExitCode, stopped.Output));
            Assert.EndsWith("vae: Stopped; given again, the same command does not repeat what it has finished or left in a checkpoint.", stopped.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["checkpoint.safetensors", "metrics.jsonl"], Directory.EnumerateFileSystemEntries(_folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var resumed = VaeProcess.Run(SlowTrain("1000"));
        Assert.DoesNotContain("epoch  3/10", resumed.Error, StringComparison.Ordinal);
        GoldenRun.AssertFinished(_folder["run"]);
    }

    [Fact]
    public void Two_processes_in_one_folder_do_not_mix()
    {
        SkipWithoutSignals();
        using var first = VaeProcess.Start(SlowTrain("1000"));
        first.WaitForError("epoch  1/10");
        VaeProcess.Run(SlowTrain("1000")).AssertRefused("another process");
        VaeProcess.Run([.. SlowTrain("1000"), "--overwrite"]).AssertRefused("another process");
        Assert.Equal(0, first.Wait().ExitCode);
        GoldenRun.AssertFinished(_folder["run"]);
    }

    private static void SkipWithoutSignals() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
}
