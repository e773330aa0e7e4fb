// How training shows where it is: one line that is written over on a terminal, one line an epoch elsewhere.

using System.Diagnostics;
using System.Globalization;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Runs;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Output;

/// <summary>Shows the progress of one run, of the grid experiment or of a study, on stderr.</summary>
/// <param name="terminal">Where.</param>
/// <param name="announcement">A line to begin with, once there is progress at all.</param>
internal sealed class ProgressDisplay(Terminal terminal, string? announcement = null) : IProgress<TrainingProgress>, IProgress<ExperimentProgress>, IProgress<StudyProgress>
{
    // Training makes hundreds of steps a second; an eye follows ten.
    private static readonly long Interval = Stopwatch.Frequency / 10;

    // Where the cells in training are, by number.
    private readonly SortedDictionary<int, TrainingProgress> _running = [];
    private long _next;

    public void Report(TrainingProgress value)
    {
        if (Interlocked.Exchange(ref announcement, null) is { } line) terminal.Log(line);
        if (value.Finished is not null)
            terminal.Log($"{Epoch(value)}  {Speed(value.ImagesPerSecond)}  {Left(value.Left)}");
        else if (IsDue())
            terminal.Status($"epoch {Of(value.Epoch, value.Epochs)} {Bar((double)value.Images / value.ImagesPerEpoch)} loss {Number(value.Loss)}  "
                + $"{Speed(value.ImagesPerSecond)}  {Left(value.Left)}");
    }

    public void Report(ExperimentProgress value)
    {
        var name = $"[{Of(value.Cell.Number, value.Cells)}] {Name(value.Cell.Settings)}";
        if (value.Training is { } step) _running[value.Cell.Number] = step;
        else _running.Remove(value.Cell.Number);
        switch (value.Event)
        {
            case CellEvent.Skipped:
                terminal.Log($"{name}  {Auroc(value.Report!)}  finished before");
                break;
            case CellEvent.Finished:
                terminal.Log($"{name}  {Auroc(value.Report!)}  {Left(value.Left)}");
                break;
            case CellEvent.Failed:
                terminal.Log($"{name}  failed");
                break;
            case CellEvent.Step when value.Training is { Finished: not null } training && !terminal.IsLive:
                terminal.Log($"{name}  {Epoch(training)}  {Speed(value.ImagesPerSecond)}  {Left(value.Left)}");
                break;
            case CellEvent.Step when IsDue():
                terminal.Status($"{Running()}  {Speed(value.ImagesPerSecond)}  {value.Done.ToString(CultureInfo.InvariantCulture)} of "
                    + $"{value.Cells.ToString(CultureInfo.InvariantCulture)} done  {Left(value.Left)}");
                break;
        }
    }

    public void Report(StudyProgress value)
    {
        if (value.Row is { Settings: var settings } row)
            terminal.Log(string.Create(CultureInfo.InvariantCulture,
                $"[{Of(value.Done, value.Models)}] {Name(settings)} seed {settings.Seed}  weights {row.WeightsSha256[..16]}  {Left(value.Left)}"));
        else if (IsDue())
            terminal.Status(string.Create(CultureInfo.InvariantCulture,
                $"{Bar((value.Done + value.UnderWay) / value.Models)} {value.Done + value.UnderWay:F2} of {value.Models} models  {Left(value.Left)}"));
    }

    // The cells in training with their epochs, as many as a line of 80 columns holds.
    private string Running()
    {
        const int shown = 3;
        var cells = _running.Take(shown).Select(cell => string.Create(CultureInfo.InvariantCulture, $"[{cell.Key}] {cell.Value.Epoch}/{cell.Value.Epochs}"));
        return "epochs " + string.Join(" ", cells) + (_running.Count > shown ? " ..." : "") + $"  loss {Number(_running.Values.First().Loss)}";
    }

    private bool IsDue()
    {
        if (!terminal.IsLive) return false;
        var now = Stopwatch.GetTimestamp();
        if (now < _next) return false;
        _next = now + Interval;
        return true;
    }

    private static string Epoch(TrainingProgress value) =>
        $"epoch {Of(value.Epoch, value.Epochs)}  loss {Number(value.Finished!.Loss)} = {Number(value.Finished.Reconstruction)} + beta x {Number(value.Finished.Kl)}";

    private static string Name(TrainingSettings settings) =>
        string.Create(CultureInfo.InvariantCulture, $"class {settings.HeldOut} latent {settings.Latent,2} beta {settings.Beta,-3}");

    private static string Auroc(RunReport report) => string.Create(CultureInfo.InvariantCulture, $"AUC-ROC {report.Evaluation.Scores["mse"].Auroc:F3}");

    private static string Of(int number, int all)
    {
        var text = all.ToString(CultureInfo.InvariantCulture);
        return $"{number.ToString(CultureInfo.InvariantCulture).PadLeft(text.Length)}/{text}";
    }

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Speed(double imagesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{imagesPerSecond:F0} images/s");

    private static string Left(TimeSpan? left)
    {
        if (left is not { } time) return "";
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00} left")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00} left");
    }

    private static string Bar(double fraction)
    {
        const int length = 16;
        var full = (int)(length * Math.Clamp(fraction, 0, 1));
        return $"[{new string('#', full)}{new string('.', length - full)}]";
    }
}
