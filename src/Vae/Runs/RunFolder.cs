// A folder with a run in it: begins it, continues it, or finds it finished.

using System.Diagnostics;
using System.Reflection;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Runs;

/// <summary>A folder that holds one training run and everything it leaves.</summary>
/// <remarks>
/// <c>checkpoint.safetensors</c> while the run is unfinished; <c>metrics.jsonl</c>, an object an epoch; <c>model.safetensors</c>; and
/// <c>run.json</c>, written last, which makes the run a finished one. Each file is replaced as a whole, so that a run that is killed at
/// any moment continues from its last checkpoint to the bits of an unbroken run.
/// </remarks>
public sealed class RunFolder
{
    private const string LockName = ".lock";

    /// <summary>A folder, which need not exist yet.</summary>
    public RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The trained model.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, "model.safetensors");

    /// <summary>The report of the finished run.</summary>
    public string ReportPath => System.IO.Path.Combine(Path, "run.json");

    /// <summary>The figures of each epoch.</summary>
    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The state of the unfinished run.</summary>
    public string CheckpointPath => System.IO.Path.Combine(Path, "checkpoint.safetensors");

    /// <summary>Shortest time between two checkpoints, taken at the ends of epochs; a cancelled run leaves one whenever it stops.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder for the run's <see cref="TensorBoardFile"/>, if there is to be one.</summary>
    public string? TensorBoardFolder { get; init; }

    /// <summary>Whether training begins anew, whatever run the folder holds: that run is deleted once the new one can begin.</summary>
    public bool Overwrites { get; init; }

    /// <summary>The report, when the folder holds a finished run of these settings on this data that is to stay; else null.</summary>
    /// <exception cref="RunConflictException">It holds a run of other settings or other data.</exception>
    /// <exception cref="InvalidDataException">Its report is damaged.</exception>
    public RunReport? FindFinished(TrainingSettings settings, IReadOnlyDictionary<string, string> data)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        if (Overwrites || !File.Exists(ReportPath)) return null;
        var report = RunReport.Read(ReportPath);
        RunConflictException.ThrowIfDifferent(ReportPath, settings, data, report.Settings, report.Data);
        return report;
    }

    /// <summary>Deletes what a process that was killed at the very end of the run has left beside its files: a checkpoint, a lock, temporary files.</summary>
    internal void RemoveLeftovers()
    {
        try
        {
            using var folderLock = Lock();
            AtomicFile.RemoveStale(Path);
            File.Delete(CheckpointPath);
        }
        catch (Exception e) when (e is RunConflictException or IOException or UnauthorizedAccessException)
        {
            // They do no harm: another process may be about to remove them itself, and a folder of finished runs may be read-only.
        }
    }

    // Deletes what a run has left, and nothing else. The caller holds the lock: the curves may be those of a run that another process works on.
    private void Clear()
    {
        if (TensorBoardFolder is not null)
        {
            // A folder that can't be had is told before anything is gone.
            Create(TensorBoardFolder);
            TensorBoardFile.Delete(TensorBoardFolder);
        }

        // The report first: without it the run is unfinished, whatever else is still there.
        foreach (var file in new[] { ReportPath, ModelPath, MetricsPath, CheckpointPath }) File.Delete(file);
    }

    /// <summary>Trains to the end, from the folder's checkpoint if there is one; does nothing if the run is finished.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="settings">What to train.</param>
    /// <param name="data">Training and test images.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops the run; a checkpoint is left.</param>
    /// <returns>The report that the folder now holds.</returns>
    /// <exception cref="InvalidSettingException">A setting can't be used.</exception>
    /// <exception cref="RunConflictException">The folder holds another run, or another process is working in it.</exception>
    /// <exception cref="InvalidDataException">A file in the folder is damaged.</exception>
    /// <exception cref="NonFiniteLossException">The loss has become infinite or NaN.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public RunReport Train(
        Engine engine, TrainingSettings settings, FashionMnist data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        settings.Validate(FashionMnist.ClassNames.Length);
        var split = CalibrationSplit.Of(settings, data.Train);
        return Train(engine, settings, data.Train, split, data.Sha256, parameters =>
        {
            var calibration = Calibrate(engine, parameters, data.Train, split);
            return (new ModelFile(parameters, settings, ModelFile.Sha256(parameters), calibration),
                Evaluator.Evaluate(engine, parameters, data.Test, settings.HeldOut, calibration));
        }, progress, cancellation);
    }

    /// <summary>Trains a detector of data of its own, in the same way; the model file is one that <see cref="AnomalyDetector.Load"/> takes.</summary>
    /// <inheritdoc cref="Train(Engine, TrainingSettings, FashionMnist, IProgress{TrainingProgress}?, CancellationToken)"/>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="data">The rows, and the settings for them.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops the run; a checkpoint is left.</param>
    public RunReport Train(Engine engine, DetectorData data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Train(engine, data.Settings, data.Rows, data.Split, data.Sha256, parameters =>
        {
            var (detector, calibration) = data.Finish(engine, parameters);
            return (new ModelFile(parameters, data.Settings, ModelFile.Sha256(parameters), calibration, detector), null);
        }, progress, cancellation);
    }

    private RunReport Train(
        Engine engine, TrainingSettings settings, IDataRows rows, CalibrationSplit split, IReadOnlyDictionary<string, string> data,
        Func<VaeParameters<float>, (ModelFile Model, EvaluationReport? Evaluation)> finish, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Trainer.MakeArchitecture(rows, settings);
        Checkpoint.RequireRoom(settings);
        Create(Path);
        using var folderLock = Lock();
        AtomicFile.RemoveStale(Path);
        if (FindFinished(settings, data) is { } finished)
        {
            File.Delete(CheckpointPath);
            if (TensorBoardFolder is not null) OpenCurves(settings, data, MetricsFile.Parse(File.ReadAllText(MetricsPath), MetricsPath))?.Dispose();
            return finished;
        }

        var trainer = new Trainer(engine, settings, rows, split);
        // Not before the new one has its memory.
        if (Overwrites) Clear();
        var metrics = File.Exists(CheckpointPath) ? Checkpoint.Restore(CheckpointPath, trainer, data) : [];
        using (var curves = OpenCurves(settings, data, metrics)) Run(trainer, data, metrics, curves, progress, cancellation);

        var (model, evaluation) = finish(trainer.Parameters);
        var report = new RunReport
        {
            Version = ProgramVersion,
            Settings = new(settings.Describe()),
            Data = new(data),
            Kernel = InstructionSets.NameOf(engine.InstructionSet),
            Threads = engine.Team.Threads,
            Steps = trainer.Optimizer.Step,
            WeightsSha256 = model.WeightsSha256,
            FinalEpoch = metrics[^1],
            EvaluationIfAny = evaluation,
        };
        AtomicFile.WriteAllText(MetricsPath, MetricsFile.Format(metrics));
        model.Write(ModelPath);
        report.Write(ReportPath);
        File.Delete(CheckpointPath);
        return report;
    }

    // A threshold of the reference score from the normal images that training has not seen, if there are any.
    private static Calibration? Calibrate(Engine engine, VaeParameters<float> parameters, ImageDataset images, CalibrationSplit split)
    {
        if (split.Calibration.Count == 0) return null;
        var reference = Evaluator.NetworkScores[0];
        var scores = new float[split.Calibration.Count];
        reference.Score.Compute(engine, Activations.Of(engine, parameters, images, split.Calibration.ToArray()), scores);
        return Calibration.From(reference.Name, scores);
    }

    /// <summary>The version of this program.</summary>
    public static string ProgramVersion { get; } =
        typeof(RunFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private TensorBoardFile? OpenCurves(TrainingSettings settings, IReadOnlyDictionary<string, string> data, List<EpochMetrics> metrics) =>
        TensorBoardFolder is null ? null : TensorBoardFile.Continue(TensorBoardFolder, settings, data, metrics);

    private void Run(
        Trainer trainer, IReadOnlyDictionary<string, string> data, List<EpochMetrics> metrics, TensorBoardFile? curves, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var lastCheckpoint = Stopwatch.GetTimestamp();
        try
        {
            trainer.Run(progress, finishedEpoch =>
            {
                metrics.Add(finishedEpoch);
                curves?.Add(finishedEpoch);
                if (trainer.IsFinished || Stopwatch.GetElapsedTime(lastCheckpoint) < CheckpointInterval) return;
                AtomicFile.WriteAllText(MetricsPath, MetricsFile.Format(metrics));
                Checkpoint.Write(CheckpointPath, trainer, data, metrics);
                lastCheckpoint = Stopwatch.GetTimestamp();
            }, cancellation);
        }
        catch (OperationCanceledException)
        {
            AtomicFile.WriteAllText(MetricsPath, MetricsFile.Format(metrics));
            Checkpoint.Write(CheckpointPath, trainer, data, metrics);
            throw;
        }
    }

    /// <summary>Makes a folder if it is not there.</summary>
    /// <exception cref="IOException">It can't be made; the message says which and why.</exception>
    internal static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder {folder} can't be made or written: {e.Message.TrimEnd('.')}.", e.HResult);
        }
    }

    private FileStream Lock()
    {
        var path = System.IO.Path.Combine(Path, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new RunConflictException($"{Path}: another process is training in this folder.", e);
        }
    }
}
