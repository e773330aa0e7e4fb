// Training and sweeps killed at random moments, again and again: no file is ever half-written, and every resume ends at the bits of an unbroken run.
using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace VaeFromScratch.Cli.Tests;

public sealed class KillTests : IDisposable
{
    // Of each kind of work. A few show on every run that the tests hold; the others are asked for.
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("VAE_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private readonly ITestOutputHelper _output;
    private readonly TempFolder _folder = new();

    public KillTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _folder.Dispose();

    private string[] Arguments(string work, string name) => work switch
    {
        "train" => GoldenRun.Train(_folder[name], "--checkpoint-every", "0", "--threads", "2"),
        "reproduce" =>
        [
            "reproduce", "--data", "sample", "--latent", "2,8", "--beta", "0.1,1", "--hidden", "32", "--epochs", "2", "--threads", "2", "--out", _folder[name],
        ],
        "study" =>
        [
            "study", "--data", "sample", "--held-out", "0", "--latent", "2", "--beta", "0.1,1,5", "--hidden", "32", "--epochs", "1", "--seeds", "0",
            "--scores", "mse,kl,summary", "--threads", "2", "--out", _folder[name, "study.csv"], "--runs", _folder[name, "runs"],
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "There is no such work."),
    };

    [Fact]
    public void Training_that_is_killed_leaves_no_half_file_and_ends_at_the_golden_bits()
    {
        Kill("train", 1);
        GoldenRun.AssertFinished(_folder["unbroken"]);
    }

    [Fact]
    public void A_sweep_that_is_killed_leaves_no_half_file_and_ends_at_the_bits_of_an_unbroken_one() => Kill("reproduce", 2);

    [Fact]
    public void A_study_that_is_killed_leaves_no_half_file_and_ends_at_the_bits_of_an_unbroken_one() => Kill("study", 3);

    private void Kill(string work, int seed)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        var (random, start) = (new Random(seed), Stopwatch.GetTimestamp());
        var writes = Finish(work, "unbroken");
        var duration = Stopwatch.GetElapsedTime(start);
        var whole = new UnbrokenFiles(_folder["unbroken"]);
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var kills = 0;
        for (var round = 0; kills < Kills; round++)
        {
            var name = $"round-{round}";
            try
            {
                for (var more = random.Next(1, 5); more > 0 && kills < Kills; more--)
                {
                    // Half of them at any moment, half of them while a file is written or right after it.
                    var moment = random.Next(2) == 0
                        ? Moment.After(random.NextDouble() * duration)
                        : Moment.AtWrite(random.Next(1, writes + 1), TimeSpan.FromMilliseconds(3 * random.NextDouble()));
                    if (!KilledAt(work, name, moment)) break;
                    kills++;
                    foreach (var kind in whole.RequireWhole(_folder[name])) found[kind] = found.GetValueOrDefault(kind) + 1;
                }

                Finish(work, name);
                whole.RequireFinished(_folder[name]);
            }
            catch (XunitException e)
            {
                Assert.Fail($"{work}, seed {seed}, after {kills} kills, in {name}: {e.Message}");
            }

            Directory.Delete(_folder[name], recursive: true);
        }

        _output.WriteLine($"{work}: {kills} kills; what they left: {string.Join(", ", found.Select(kind => $"{kind.Key} {kind.Value}"))}.");
    }

    // Runs to the end, and returns how many files were seen being written.
    private int Finish(string work, string name)
    {
        using var writes = new TemporaryFiles(_folder[name]);
        using var process = VaeProcess.Start(Arguments(work, name));
        var outcome = process.Wait();
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return writes.Count;
    }

    // False if it ended before the moment came.
    private bool KilledAt(string work, string name, Moment moment)
    {
        using var writes = new TemporaryFiles(_folder[name]);
        using var process = VaeProcess.Start(Arguments(work, name));
        writes.WaitFor(moment.Write, process);
        Thread.Sleep(moment.Delay);
        process.Kill();
        return process.Wait().ExitCode == 137;
    }

    // So long after the start, or after a file has begun to be written, the Write-th since the start.
    private readonly record struct Moment(int Write, TimeSpan Delay)
    {
        public static Moment After(TimeSpan delay) => new(0, delay);

        public static Moment AtWrite(int write, TimeSpan delay) => new(write, delay);
    }

    // Counts the temporary names under which files are written.
    private sealed class TemporaryFiles : IDisposable
    {
        private readonly FileSystemWatcher _watcher;
        private int _count;

        public TemporaryFiles(string folder)
        {
            _watcher = new FileSystemWatcher(Directory.CreateDirectory(folder).FullName, ".vae-*.tmp") { IncludeSubdirectories = true };
            _watcher.Created += (_, _) =>
            {
                lock (_watcher)
                {
                    _count++;
                    Monitor.PulseAll(_watcher);
                }
            };
            _watcher.EnableRaisingEvents = true;
        }

        public int Count
        {
            get
            {
                lock (_watcher) return _count;
            }
        }

        public void WaitFor(int count, VaeProcess process)
        {
            lock (_watcher)
            {
                while (_count < count && !process.HasEnded) Monitor.Wait(_watcher, TimeSpan.FromMilliseconds(20));
            }
        }

        public void Dispose() => _watcher.Dispose();
    }
}
