// What a study reports while it goes on, and the estimate of the time left.

using System.Diagnostics;

namespace VaeFromScratch.Vae.Study;

/// <summary>Where a study is.</summary>
/// <param name="Row">The row that has just been written; null after a step of a training.</param>
/// <param name="Done">Models that are done, those that stood in the file before included.</param>
/// <param name="UnderWay">The trained parts of those under way, added up.</param>
/// <param name="Models">Models in all.</param>
/// <param name="Left">Estimate of the time left for all models; null before there is one.</param>
public sealed record StudyProgress(StudyRow? Row, int Done, double UnderWay, int Models, TimeSpan? Left);

/// <summary>Adds up the progress of models side by side. Any thread may report.</summary>
internal sealed class StudyMeter(int done, int models, IProgress<StudyProgress>? progress)
{
    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly int _before = done;
    // How much of each model under way is trained, from 0 to 1.
    private readonly Dictionary<TrainingSettings, double> _training = [];
    private int _done = done;

    /// <summary>A model has made a step.</summary>
    public void Report(TrainingSettings model, in TrainingProgress training)
    {
        var part = (training.Epoch - 1 + (double)training.Images / training.ImagesPerEpoch) / training.Epochs;
        lock (_lock)
        {
            _training[model] = part;
            Report(null);
        }
    }

    /// <summary>The row of a model is written.</summary>
    public void Report(TrainingSettings model, StudyRow row)
    {
        lock (_lock)
        {
            _training.Remove(model);
            _done++;
            Report(row);
        }
    }

    // Models cost about the same, so a model is the unit: those done here, in parts, against the time taken.
    private void Report(StudyRow? row)
    {
        var underWay = _training.Values.Sum();
        var now = _done + underWay;
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds * (models - now) / (now - _before);
        TimeSpan? left = now > _before ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)) : null;
        progress?.Report(new StudyProgress(row, _done, underWay, models, left));
    }
}
