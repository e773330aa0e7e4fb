// TensorBoard's files: what a run writes, and how it goes on.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests.Exchange;

public sealed class TensorBoardTests : IDisposable
{
    private static readonly TrainingSettings Settings = new() { Likelihood = Likelihood.Gaussian };
    private static readonly Dictionary<string, string> Data = new() { ["train-images"] = "abc" };

    private readonly TemporaryFolder _folder = new();
    private readonly Engine _engine = new(1);

    private string FilePath => _folder["curves", TensorBoardFile.FileName];

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    // RFC 3720, B.4, and the sum of "123456789" that catalogues of CRCs give.
    [Fact]
    public void Checksums_are_those_that_are_published()
    {
        byte[] rising = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        (byte[] Bytes, uint Sum)[] known =
        [
            (new byte[32], 0x8A9136AA), ([.. Enumerable.Repeat((byte)0xFF, 32)], 0x62A8AB43), (rising, 0x46DD794E),
            ([.. rising.Reverse()], 0x113FDB5C), ("123456789"u8.ToArray(), 0xE3069283),
        ];
        Assert.All(known, pair =>
        {
            Assert.Equal(pair.Sum, EventReader.Crc32C(pair.Bytes));
            Assert.Equal(EventReader.Mask(pair.Sum), TensorBoardRecord.MaskedCrc32C(pair.Bytes));
        });
    }

    [Fact]
    public void A_file_begins_with_its_version_and_the_settings()
    {
        TensorBoardFile.Continue(_folder["curves"], Settings, Data, []).Dispose();
        Assert.Contains("tfevents", Path.GetFileName(FilePath), StringComparison.Ordinal);
        var events = EventReader.Read(FilePath);
        Assert.Equal(2, events.Count);
        Assert.Equal(("brain.Event:2", 0), (events[0].FileVersion, events[0].Step));
        var text = Assert.Single(events[1].Values);
        Assert.Equal(("settings", "text"), (text.Tag, text.Plugin));
        Assert.Contains("| latent | 16 |", text.Text, StringComparison.Ordinal);
        Assert.Contains("| likelihood | gaussian |", text.Text, StringComparison.Ordinal);
        Assert.Contains("| train-images | abc |", text.Text, StringComparison.Ordinal);
        Assert.All(events, one => Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds((long)(one.WallTime * 1000)), DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddSeconds(1)));
    }

    [Fact]
    public void A_run_writes_its_losses_an_event_an_epoch()
    {
        var run = new RunFolder(_folder["run"]) { TensorBoardFolder = _folder["curves"] };
        run.Train(_engine, Sample.Small, Sample.Data);
        AssertCurves(MetricsFile.Parse(File.ReadAllText(run.MetricsPath), run.MetricsPath));

        // A finished run has nothing to add, but writes a file that is missing.
        var before = File.ReadAllBytes(FilePath);
        run.Train(_engine, Sample.Small, Sample.Data);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        TensorBoardFile.Delete(_folder["curves"]);
        run.Train(_engine, Sample.Small, Sample.Data);
        AssertCurves(MetricsFile.Parse(File.ReadAllText(run.MetricsPath), run.MetricsPath));

        // Begun anew, the curves are those of the new run alone.
        new RunFolder(run.Path) { TensorBoardFolder = _folder["curves"], Overwrites = true }.Train(_engine, Sample.Small with { Beta = 4 }, Sample.Data);
        AssertCurves(MetricsFile.Parse(File.ReadAllText(run.MetricsPath), run.MetricsPath));
    }

    [Fact]
    public void A_run_that_goes_on_has_each_step_once()
    {
        var settings = Sample.Small with { Epochs = 5 };
        var whole = new RunFolder(_folder["whole"]);
        whole.Train(_engine, settings, Sample.Data);
        var expected = MetricsFile.Parse(File.ReadAllText(whole.MetricsPath), whole.MetricsPath);

        // Stopped in the third epoch, twice, the second time with the curves ahead of the checkpoint as a killed process leaves them.
        var run = new RunFolder(_folder["run"]) { TensorBoardFolder = _folder["curves"] };
        Stop(run, settings);
        var cut = EventReader.Read(FilePath);
        Assert.Equal([0, 0, 1, 2], cut.Select(one => one.Step));
        using (var file = TensorBoardFile.Continue(_folder["curves"], settings, Sample.Data.Sha256, expected.Take(4).ToArray())) Assert.NotNull(file);
        File.AppendAllBytes(FilePath, [24, 0, 0]);
        Assert.Equal(4, MetricsOf(FilePath, allowRest: 3).Count);

        run.Train(_engine, settings, Sample.Data);
        AssertCurves(expected);
        Assert.Equal(cut.Select(one => one.WallTime), EventReader.Read(FilePath).Take(4).Select(one => one.WallTime));
    }

    [Fact]
    public void Equal_runs_write_equal_files_but_for_the_times()
    {
        EpochMetrics[] epochs = [new(1, 300.5, 280.25, 20.25, 1.5), new(2, 250, 235, 15, 2)];
        var files = new[] { "a", "b" }.Select(name =>
        {
            using var file = TensorBoardFile.Continue(_folder[name], Settings, Data, epochs[..1]);
            file.Add(epochs[1]);
            return _folder[name, TensorBoardFile.FileName];
        }).Select(path => (new FileInfo(path).Length, EventReader.Read(path))).ToArray();
        Assert.Equal(files[0].Length, files[1].Length);
        Assert.Equal(
            files[0].Item2.SelectMany(one => one.Values.Prepend((one.FileVersion ?? "", one.Step, null, null))),
            files[1].Item2.SelectMany(one => one.Values.Prepend((one.FileVersion ?? "", one.Step, null, null))));
    }

    [Fact]
    public void The_curves_of_another_run_are_refused_and_left_alone()
    {
        EpochMetrics[] epochs = [new(1, 300.5, 280.25, 20.25, 1.5)];
        TensorBoardFile.Continue(_folder["curves"], Settings, Data, epochs).Dispose();
        var before = File.ReadAllBytes(FilePath);
        void AssertRefused(TrainingSettings settings, Dictionary<string, string> data) =>
            Assert.Contains("choose another folder", Assert.Throws<RunConflictException>(() => TensorBoardFile.Continue(_folder["curves"], settings, data, [])).Message, StringComparison.Ordinal);
        AssertRefused(Settings with { Beta = 4 }, Data);
        AssertRefused(Settings, new() { ["train-images"] = "abd" });
        Assert.Equal(before, File.ReadAllBytes(FilePath));

        // Neither is anything else that has the name.
        File.WriteAllText(FilePath, "a diary");
        AssertRefused(Settings, Data);
        Assert.Equal("a diary", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_damaged_epoch_is_written_again()
    {
        EpochMetrics[] epochs = [new(1, 300.5, 280.25, 20.25, 1.5), new(2, 250, 235, 15, 2), new(3, 240, 226, 14, 2)];
        TensorBoardFile.Continue(_folder["curves"], Settings, Data, epochs).Dispose();
        var bytes = File.ReadAllBytes(FilePath);
        bytes[^100] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        TensorBoardFile.Continue(_folder["curves"], Settings, Data, epochs).Dispose();
        AssertCurves(epochs);
    }

    private void AssertCurves(IReadOnlyList<EpochMetrics> epochs)
    {
        var events = EventReader.Read(FilePath)[2..];
        Assert.Equal(epochs.Select(epoch => (long)epoch.Epoch), events.Select(one => one.Step));
        Assert.All(epochs.Zip(events), pair => Assert.Equal(
            [("loss", (float)pair.First.Loss), ("reconstruction", (float)pair.First.Reconstruction), ("kl", (float)pair.First.Kl)],
            pair.Second.Values.Select(value => (value.Tag, value.Scalar!.Value))));
    }

    // Without the bytes at the end that are no record.
    private List<ReadEvent> MetricsOf(string path, int allowRest)
    {
        var whole = _folder["whole-records"];
        File.WriteAllBytes(whole, File.ReadAllBytes(path)[..^allowRest]);
        return EventReader.Read(whole)[2..];
    }

    private void Stop(RunFolder run, TrainingSettings settings)
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => run.Train(_engine, settings, Sample.Data, new StopIn(3, source), source.Token));
    }

    private sealed class StopIn(int epoch, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch) source.Cancel();
        }
    }
}
