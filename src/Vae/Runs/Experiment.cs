// Trains the cells of a grid, one after another or several side by side.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Runs;

/// <summary>A cell that could not be trained.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Message">Why, in a sentence.</param>
public sealed record CellFailure(ExperimentCell Cell, string Message);

/// <summary>The grid experiment in a folder of results. Cells that are finished there are not trained again.</summary>
/// <remarks>Neither the number of cells side by side nor the threads change a bit of any result.</remarks>
public sealed class Experiment
{
    private readonly FashionMnist _data;
    private readonly RunReport?[] _reports;
    private readonly List<CellFailure> _failures = [];

    /// <summary>An experiment, not yet begun.</summary>
    /// <param name="root">The folder of all results; it need not exist.</param>
    /// <param name="settings">The grid.</param>
    /// <param name="data">Training and test images.</param>
    /// <exception cref="InvalidSettingException">A setting can't be used.</exception>
    public Experiment(string root, ExperimentSettings settings, FashionMnist data)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        settings.Validate();
        (Settings, _data) = (settings, data);
        Cells = settings.Cells(root, data.Part);
        TableFolder = settings.TableFolder(root, data.Part);
        _reports = new RunReport?[Cells.Length];
    }

    /// <summary>The grid.</summary>
    public ExperimentSettings Settings { get; }

    /// <summary>All cells, in order.</summary>
    public ImmutableArray<ExperimentCell> Cells { get; }

    /// <summary>Where the table goes.</summary>
    public string TableFolder { get; }

    /// <summary>The report of each cell, null for one that failed.</summary>
    public IReadOnlyList<RunReport?> Reports => _reports;

    /// <summary>The cells that failed.</summary>
    public IReadOnlyList<CellFailure> Failures => _failures;

    /// <summary>The table of what there is, and its analysis when every cell is there.</summary>
    public ExperimentReport Report() => ExperimentReport.From(Settings, _data, Cells, _reports);

    /// <summary>Trains all cells that are not finished.</summary>
    /// <param name="jobs">Cells side by side, each with its share of the threads.</param>
    /// <param name="threads">Threads in all.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>.</param>
    /// <param name="progress">Told of every step, by one thread at a time.</param>
    /// <param name="cancellation">Stops all cells; each leaves a checkpoint.</param>
    /// <exception cref="IOException">A file can't be written; cells under way have left a checkpoint where they could.</exception>
    /// <exception cref="OperationCanceledException">The experiment was cancelled.</exception>
    /// <remarks>
    /// A cell whose loss is no longer finite, or whose folder is damaged or in use, is a failure of its own. What the next cell would
    /// meet as well, such as a full disk, ends the experiment.
    /// </remarks>
    public void Run(
        int jobs, int threads, string? instructionSet = null, IProgress<ExperimentProgress>? progress = null, CancellationToken cancellation = default)
    {
        SideBySide.RequireJobs(jobs, threads);
        // Now and not after hours of training: the folder may not be writable.
        RunFolder.Create(TableFolder);
        AtomicFile.RemoveStale(TableFolder);
        var meter = new ExperimentMeter(Cells.Length, progress);
        var open = Cells.Where(cell => !IsSettled(cell, meter)).ToArray();
        SideBySide.ForEach(open, jobs, threads, instructionSet, (engine, cell, stop) => Train(engine, cell, meter, stop), cancellation);
    }

    // Whether a cell is finished already, or can never be.
    private bool IsSettled(ExperimentCell cell, ExperimentMeter meter)
    {
        try
        {
            var folder = new RunFolder(cell.Folder);
            if (folder.FindFinished(cell.Settings, _data.Sha256) is not { } report) return false;
            folder.RemoveLeftovers();
            _reports[cell.Number - 1] = report;
            meter.Report(CellEvent.Skipped, cell, report);
        }
        catch (Exception e) when (IsOfOneCell(e))
        {
            Fail(cell, meter, e);
        }

        return true;
    }

    private void Train(Engine engine, ExperimentCell cell, ExperimentMeter meter, CancellationToken cancellation)
    {
        try
        {
            var report = new RunFolder(cell.Folder).Train(engine, cell.Settings, _data, new CellProgress(cell, meter), cancellation);
            _reports[cell.Number - 1] = report;
            meter.Report(CellEvent.Finished, cell, report);
        }
        catch (Exception e) when (IsOfOneCell(e))
        {
            Fail(cell, meter, e);
        }
    }

    private void Fail(ExperimentCell cell, ExperimentMeter meter, Exception e)
    {
        lock (_failures) _failures.Add(new CellFailure(cell, e.Message));
        meter.Report(CellEvent.Failed, cell, failure: e.Message);
    }

    // What another cell need not meet: a loss that diverges, a folder that is damaged or taken, a model too large with this latent dimension.
    private static bool IsOfOneCell(Exception e) =>
        e is NonFiniteLossException or RunConflictException or InvalidDataException or InvalidSettingException;

    private sealed class CellProgress(ExperimentCell cell, ExperimentMeter meter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => meter.Report(cell, value);
    }
}
