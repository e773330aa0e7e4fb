// Folders that can't be written, and a disk that is full.
using System.Globalization;
using System.Security.Cryptography;

namespace VaeFromScratch.Cli.Tests;

public sealed class UnwritableTests : IDisposable
{
    // Runs a command in a mount namespace of its own, on a disk of so many kilobytes that goes with it: unshare ... DISK KILOBYTES COMMAND
    private const string OnTinyDisk = "mount -t tmpfs -o size=\"$2\"k tmpfs \"$1\" && shift 2 && ";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Permissions do not stop an administrator, who may well run the tests: a path below a file stops everyone.
    [Fact]
    public void A_folder_below_a_file_is_refused()
    {
        File.WriteAllText(_folder["file"], "");
        VaeProcess.Run("train", "--data", "sample", "--epochs", "1", "--out", _folder["file", "run"]).AssertRefused("can't be made or written", "file");
        VaeProcess.Run("train", "--data", "sample", "--epochs", "1", "--out", _folder["file"]).AssertRefused("can't be made or written", "file");
        VaeProcess.Run("reproduce", "--data", "sample", "--epochs", "1", "--out", _folder["file", "results"]).AssertRefused("can't be made or written", "file");
        Assert.Equal([_folder["file"]], _folder.Snapshot().Select(entry => entry.Split(' ')[0]));
    }

    [Fact]
    public void A_folder_in_a_file_system_that_takes_no_files_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        VaeProcess.Run("train", "--data", "sample", "--epochs", "1", "--out", "/proc/run").AssertRefused("/proc/run");
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Permissions do not stop an administrator.");
        Directory.CreateDirectory(_folder["run"]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["run"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        VaeProcess.Run("train", "--data", "sample", "--epochs", "1", "--out", _folder["run"]).AssertRefused("run");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(2200)]
    public void A_full_disk_is_told_leaves_nothing_half_written_and_the_run_continues_when_there_is_room(int kilobytes)
    {
        var flags = Environment.IsPrivilegedProcess ? "--mount" : "--map-root-user --mount";
        string[] Unshare(string script, params string[] arguments) =>
            [.. flags.Split(' '), "sh", "-c", OnTinyDisk + script, "sh", _folder.Path, kilobytes.ToString(CultureInfo.InvariantCulture), .. arguments];
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell(Unshare("true")).ExitCode == 0,
            "This system lets no one make a small disk in a mount namespace of his own, so there is no disk to fill.");

        // The model has 640 kB, a checkpoint three times that.
        var list = $"ls -A '{_folder["run"]}'";
        var outcome = Shell(Unshare($"{{ \"$@\"; echo \"exit $?\"; {list}; mount -o remount,size=50m '{_folder.Path}'; \"$@\" >&2; {list}; sha256sum '{_folder["run"]}/model.safetensors'; }}",
            [.. VaeProcess.Command, .. GoldenRun.Train(_folder["run"], "--checkpoint-every", "0")]));
        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("exit 2", lines[0]);
        var full = outcome.Error.Split('\n').Single(line => line.StartsWith("vae: ", StringComparison.Ordinal));
        Assert.StartsWith("vae: The disk is full", full, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);

        // Before there was room: whole files or none, and no temporary ones; after it: the finished run.
        Assert.All(lines[1..^4], name => Assert.True(name is "metrics.jsonl" or "checkpoint.safetensors", name));
        Assert.Equal(["metrics.jsonl", "model.safetensors", "run.json"], lines[^4..^1]);

        Assert.Equal(0, VaeProcess.Run(GoldenRun.Train(_folder["unbroken"])).ExitCode);
        var sum = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["unbroken", "model.safetensors"])));
        Assert.StartsWith(sum, lines[^1], StringComparison.Ordinal);
    }

    private static Outcome Shell(string[] arguments)
    {
        using var process = VaeProcess.StartOther("unshare", [], arguments);
        return process.Wait();
    }
}
