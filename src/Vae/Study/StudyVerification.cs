// Derives a row of a study anew.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>Trains models of a study anew and compares them with their rows.</summary>
public sealed class StudyVerification
{
    private readonly StudyStore _store;
    private readonly ImmutableArray<ScoreDefinition> _scores;

    /// <summary>The verification of a study.</summary>
    /// <exception cref="InvalidDataException">The study has a column that this version does not know.</exception>
    public StudyVerification(StudyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _scores) = (store, StudyFigures.Scores(store));
    }

    /// <summary>The first thing in which the row made anew differs, as a part of a sentence; null when there is none.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="row">A row of the study.</param>
    /// <param name="data">Training and test images.</param>
    /// <param name="progress">Told of the training.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The row is of other data.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string? FirstDifference(
        Engine engine, StudyRow row, FashionMnist data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(data);
        if (row.Part != data.Part)
            throw new InvalidDataException($"{_store.Path}: its models are of {FashionMnistParts.NameOf(row.Part)}, not of {FashionMnistParts.NameOf(data.Part)}.");
        var runner = new StudyRunner(data, _scores);
        var folder = Directory.CreateTempSubdirectory("vae-verify-");
        try
        {
            var anew = runner.MakeRow(engine, row.Settings, new RunFolder(folder.FullName), progress, cancellation);
            if (anew.WeightsSha256 != row.WeightsSha256) return $"the weights are {anew.WeightsSha256}, {row.WeightsSha256} in the file";
            for (var i = 0; i < _store.Columns.Length; i++)
                if (anew.Figures[i] != row.Figures[i]) return $"{_store.Columns[i]} is {anew.Figures[i]}, {row.Figures[i]} in the file";
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
