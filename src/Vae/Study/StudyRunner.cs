// Trains and scores the models of a study, and writes a row for each.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>Makes the rows of a study, one a model.</summary>
/// <param name="data">Training and test images.</param>
/// <param name="scores">The scores that are computed.</param>
public sealed class StudyRunner(FashionMnist data, ImmutableArray<ScoreDefinition> scores)
{
    /// <summary>Names of the figures of a row.</summary>
    public ImmutableArray<string> Columns { get; } = StudyFigures.Columns(scores);

    /// <summary>Makes the rows that a file lacks; those that it has are left as they are.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="models">The models, all different.</param>
    /// <param name="root">The folder of all results; models that are trained there are not trained again.</param>
    /// <param name="jobs">Models side by side, each with its share of the threads.</param>
    /// <param name="threads">Threads in all.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>.</param>
    /// <param name="progress">Told of every step and every row, by one thread at a time.</param>
    /// <param name="cancellation">Stops the study; what is done stays done, and what is under way leaves checkpoints.</param>
    /// <returns>The file with all its rows.</returns>
    /// <exception cref="InvalidSettingException">A setting can't be used; nothing was made.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or its rows have other figures or are of other data.</exception>
    /// <exception cref="RunConflictException">Another process is working on the file or on a model.</exception>
    /// <exception cref="NonFiniteLossException">A loss has become infinite or NaN; the message says of which model.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    public StudyStore Run(string path, IReadOnlyList<TrainingSettings> models, string root, int jobs, int threads, string? instructionSet = null,
        IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        SideBySide.RequireJobs(jobs, threads);
        foreach (var model in models) Trainer.MakeArchitecture(data.Train, model);
        foreach (var model in models.DistinctBy(model => model.HeldOut)) CalibrationSplit.Of(model, data.Train);

        using var fileLock = StudyStore.Lock(path);
        var store = StudyStore.Open(path, Columns, data.Part);
        var open = models.Where(model => store.Find(model) is null).ToArray();
        var meter = new StudyMeter(models.Count - open.Length, models.Count, progress);
        SideBySide.ForEach(open, jobs, threads, instructionSet, (engine, model, stop) =>
        {
            var folder = new RunFolder(ExperimentSettings.CellFolder(root, model, data.Part));
            var row = MakeRow(engine, model, folder, new ModelProgress(model, meter), stop);
            store.Add(row);
            meter.Report(model, row);
        }, cancellation);
        return store;
    }

    /// <summary>Makes one row.</summary>
    /// <param name="engine">Kernel and threads; they change no bit of the row.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where it is trained, or lies trained.</param>
    /// <param name="progress">Told of the training.</param>
    /// <param name="cancellation">Stops it; training leaves a checkpoint.</param>
    /// <exception cref="InvalidDataException">The model in the folder is not the one that was trained there.</exception>
    public StudyRow MakeRow(
        Engine engine, TrainingSettings model, RunFolder folder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var report = Train(engine, model, folder, progress, cancellation);
        var file = ModelFile.Read(folder.ModelPath);
        if (file.WeightsSha256 != report.WeightsSha256)
            throw new InvalidDataException($"{folder.ModelPath}: its weights are {file.WeightsSha256}; expected {report.WeightsSha256}, as {folder.ReportPath} says.");
        return new StudyRow(
            data.Part, model, file.WeightsSha256, StudyFigures.Compute(engine, file.Parameters, model, data, scores, report.FinalEpoch, cancellation));
    }

    private RunReport Train(
        Engine engine, TrainingSettings model, RunFolder folder, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            return folder.Train(engine, model, data, progress, cancellation);
        }
        catch (NonFiniteLossException e)
        {
            // Of the many models of a study, this one.
            throw new NonFiniteLossException($"{folder.Path}: {e.Message}");
        }
    }

    private sealed class ModelProgress(TrainingSettings model, StudyMeter meter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => meter.Report(model, value);
    }
}
