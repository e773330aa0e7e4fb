// What the grid experiment reports while it goes on, and the estimate of the time left.

using System.Diagnostics;

namespace VaeFromScratch.Vae.Runs;

/// <summary>What has just happened to a cell.</summary>
public enum CellEvent
{
    /// <summary>It was finished by an earlier run.</summary>
    Skipped,

    /// <summary>It has made a step.</summary>
    Step,

    /// <summary>It is trained and evaluated.</summary>
    Finished,

    /// <summary>It could not be trained.</summary>
    Failed,
}

/// <summary>Where the experiment is.</summary>
/// <param name="Event">What has happened.</param>
/// <param name="Cell">To which cell.</param>
/// <param name="Cells">Cells in all.</param>
/// <param name="Done">Cells finished, skipped or failed.</param>
/// <param name="Training">Where the cell's training is, if it goes on.</param>
/// <param name="Report">Its report when it is finished.</param>
/// <param name="Failure">Why it failed, in a sentence.</param>
/// <param name="ImagesPerSecond">Speed of the cells in training together.</param>
/// <param name="Left">Estimate of the time left for all cells; null before there is one.</param>
public sealed record ExperimentProgress(
    CellEvent Event, ExperimentCell Cell, int Cells, int Done, TrainingProgress? Training, RunReport? Report, string? Failure,
    double ImagesPerSecond, TimeSpan? Left);

/// <summary>Adds up the progress of cells that train side by side. Any thread may report.</summary>
internal sealed class ExperimentMeter(int cells, IProgress<ExperimentProgress>? progress)
{
    private readonly Lock _lock = new();
    // Cells in training, by number: which part of each was done when it first reported and when it last did, from 0 to 1, and its speed.
    private readonly Dictionary<int, (double First, double Last, double ImagesPerSecond)> _training = [];
    // When the first step was reported.
    private long _start;
    // Of the cells no longer in training: how many were trained here, in parts; what a checkpoint had already is left out.
    private double _earlier;
    private int _done;

    /// <summary>A cell is skipped, finished or failed.</summary>
    public void Report(CellEvent what, ExperimentCell cell, RunReport? report = null, string? failure = null)
    {
        lock (_lock)
        {
            _done++;
            if (_training.Remove(cell.Number, out var part)) _earlier += 1 - part.First;
            progress?.Report(new ExperimentProgress(what, cell, cells, _done, null, report, failure, Speed(), Left()));
        }
    }

    /// <summary>A cell has made a step.</summary>
    public void Report(ExperimentCell cell, in TrainingProgress training)
    {
        var fraction = (training.Epoch - 1 + (double)training.Images / training.ImagesPerEpoch) / training.Epochs;
        lock (_lock)
        {
            if (_start == 0) _start = Stopwatch.GetTimestamp();
            var first = _training.TryGetValue(cell.Number, out var part) ? part.First : fraction;
            _training[cell.Number] = (first, fraction, training.ImagesPerSecond);
            progress?.Report(new ExperimentProgress(CellEvent.Step, cell, cells, _done, training, null, null, Speed(), Left()));
        }
    }

    private double Speed() => _training.Values.Sum(part => part.ImagesPerSecond);

    // Cells cost about the same, whatever their latent dimension, so a cell is the unit: those done here, in parts, against the time taken.
    private TimeSpan? Left()
    {
        var done = _earlier + _training.Values.Sum(part => part.Last - part.First);
        if (_start == 0 || done <= 0) return null;
        var left = cells - _done - _training.Values.Sum(part => part.Last);
        return TimeSpan.FromSeconds(Math.Min(left / done * Stopwatch.GetElapsedTime(_start).TotalSeconds, TimeSpan.MaxValue.TotalSeconds / 2));
    }
}
