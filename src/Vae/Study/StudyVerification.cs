// Derives a row of a study anew.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>Trains a model of a study anew and compares it with its row.</summary>
public static class StudyVerification
{
    /// <summary>The first thing in which the row made anew differs, as a part of a sentence; null when there is none.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="store">The study, for the names of its figures.</param>
    /// <param name="row">The row.</param>
    /// <param name="data">Training and test images.</param>
    /// <param name="progress">Told of the training.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <exception cref="InvalidDataException">The study has a score that this version does not know.</exception>
    public static string? FirstDifference(
        Engine engine, StudyStore store, StudyRow row, FashionMnist data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(row);
        var runner = new StudyRunner(data, StudyFigures.Scores(store));
        var folder = Directory.CreateTempSubdirectory("vae-verify-");
        try
        {
            var anew = runner.MakeRow(engine, row.Settings, new RunFolder(folder.FullName), progress, cancellation);
            if (anew.WeightsSha256 != row.WeightsSha256) return $"the weights are {anew.WeightsSha256}, {row.WeightsSha256} in the file";
            for (var i = 0; i < store.Columns.Length; i++)
                if (anew.Figures[i] != row.Figures[i]) return $"{store.Columns[i]} is {anew.Figures[i]}, {row.Figures[i]} in the file";
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
