// Trains and scores the models of a study, and writes a row for each.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>A model of a study is done.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Done">Models that are done, this one and those that were in the file before included.</param>
/// <param name="Models">Models in all.</param>
public sealed record StudyProgress(StudyRow Row, int Done, int Models);

/// <summary>Makes the rows of a study, one a model.</summary>
/// <param name="data">Training and test images.</param>
/// <param name="scores">The scores that are computed.</param>
public sealed class StudyRunner(FashionMnist data, ImmutableArray<ScoreDefinition> scores)
{
    /// <summary>Names of the figures of a row.</summary>
    public ImmutableArray<string> Columns { get; } = StudyFigures.Columns(scores);

    /// <summary>Makes the rows that a file lacks; those that it has are left as they are.</summary>
    /// <param name="store">The file, opened for <see cref="Columns"/>.</param>
    /// <param name="models">The models.</param>
    /// <param name="root">The folder of all results; models that are trained there are not trained again.</param>
    /// <param name="jobs">Models side by side, each with its share of the threads.</param>
    /// <param name="threads">Threads in all.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>.</param>
    /// <param name="progress">Told of every row, by one thread at a time.</param>
    /// <param name="cancellation">Stops the study; what is done stays done.</param>
    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    public void Run(StudyStore store, IReadOnlyList<TrainingSettings> models, string root, int jobs, int threads, string? instructionSet = null,
        IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(models);
        var open = models.Where(model => store.Find(model) is null).ToArray();
        var done = models.Count - open.Length;
        var report = new Lock();
        SideBySide.ForEach(open, jobs, threads, instructionSet, (engine, model, stop) =>
        {
            var row = MakeRow(engine, model, new RunFolder(ExperimentSettings.CellFolder(root, model, data.IsSample)), null, stop);
            store.Add(row);
            lock (report) progress?.Report(new StudyProgress(row, ++done, models.Count));
        }, cancellation);
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
        var report = folder.Train(engine, model, data, progress, cancellation);
        var file = ModelFile.Read(folder.ModelPath);
        if (file.WeightsSha256 != report.WeightsSha256)
            throw new InvalidDataException($"{folder.ModelPath}: its weights are {file.WeightsSha256}; expected {report.WeightsSha256}, as {folder.ReportPath} says.");
        cancellation.ThrowIfCancellationRequested();
        return new StudyRow(model, file.WeightsSha256, StudyFigures.Compute(engine, file.Parameters, model, data, scores, report.FinalEpoch));
    }
}
