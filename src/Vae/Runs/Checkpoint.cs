// The state of an unfinished run in one file, from which it continues to the same bits.

using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Runs;

/// <summary>Saves and restores an unfinished run: parameters, the optimiser's two vectors, the position, and the epochs' figures so far.</summary>
/// <remarks>Random numbers need no state: each is a function of the seed and the position.</remarks>
internal static class Checkpoint
{
    /// <summary>The most epochs of a run in a folder.</summary>
    public const int MostEpochs = 6_000;

    private const string MeanPrefix = "adam.mean.", VariancePrefix = "adam.variance.", DataPrefix = "data.";

    /// <summary>Throws if the figures of so many epochs may one day not fit into the header of a checkpoint.</summary>
    /// <exception cref="InvalidSettingException">They may not.</exception>
    public static void RequireRoom(TrainingSettings settings)
    {
        if (settings.Epochs > MostEpochs)
            throw new InvalidSettingException(FormattableString.Invariant($"The number of epochs is {settings.Epochs}; expected 1 to {MostEpochs}, whose figures a checkpoint has room for."));
    }

    /// <summary>Writes the state of a run between two steps, all at once or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">The run.</param>
    /// <param name="data">SHA-256 of the content of each data file, by name.</param>
    /// <param name="metrics">The figures of the epochs finished so far.</param>
    /// <exception cref="IOException">The file can't be written; an older one is untouched.</exception>
    public static void Write(string path, Trainer trainer, IReadOnlyDictionary<string, string> data, IReadOnlyList<EpochMetrics> metrics)
    {
        var architecture = trainer.Parameters.Architecture;
        var tensors = ModelFile.Tensors(trainer.Parameters);
        tensors.AddRange(ModelFile.Tensors(Named(architecture, trainer.Optimizer.Mean), MeanPrefix));
        tensors.AddRange(ModelFile.Tensors(Named(architecture, trainer.Optimizer.Variance), VariancePrefix));

        var metadata = ModelFile.Metadata(architecture, trainer.Settings);
        foreach (var (name, sum) in data) metadata[DataPrefix + name] = sum;
        var position = trainer.Position;
        metadata["position.epoch"] = position.Epoch.ToString(CultureInfo.InvariantCulture);
        metadata["position.images"] = position.Images.ToString(CultureInfo.InvariantCulture);
        metadata["position.reconstructionSum"] = position.ReconstructionSum.ToString("R", CultureInfo.InvariantCulture);
        metadata["position.klSum"] = position.KlSum.ToString("R", CultureInfo.InvariantCulture);
        metadata["metrics"] = MetricsFile.Format(metrics);
        SafetensorsFile.Write(path, tensors, metadata);
    }

    /// <summary>Restores the trainer, which was made with the settings asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Receives parameters, the optimiser's two vectors and the position.</param>
    /// <param name="data">SHA-256 of the content of each data file of now, by name.</param>
    /// <returns>The figures of the epochs finished so far.</returns>
    /// <exception cref="RunConflictException">The checkpoint is of other settings or other data.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message says where.</exception>
    public static List<EpochMetrics> Restore(string path, Trainer trainer, IReadOnlyDictionary<string, string> data)
    {
        var file = SafetensorsFile.Read(path);
        var dataThere = new Dictionary<string, string>();
        foreach (var (key, value) in file.Metadata)
            if (key.StartsWith(DataPrefix, StringComparison.Ordinal)) dataThere[key[DataPrefix.Length..]] = value;
        RunConflictException.ThrowIfDifferent(path, trainer.Settings, data, file.Metadata, dataThere);

        var architecture = trainer.Parameters.Architecture;
        file.RequireTensors([
            .. ModelFile.Shapes(architecture), .. ModelFile.Shapes(architecture, MeanPrefix), .. ModelFile.Shapes(architecture, VariancePrefix)]);
        var position = new TrainingPosition(
            ModelFile.Number<int>(file.Metadata, "position.epoch", path), ModelFile.Number<int>(file.Metadata, "position.images", path),
            ModelFile.Number<double>(file.Metadata, "position.reconstructionSum", path), ModelFile.Number<double>(file.Metadata, "position.klSum", path));
        var metrics = MetricsFile.Parse(file.Metadata.GetValueOrDefault("metrics", ""), path);
        if (!trainer.IsReachable(position) || metrics.Count != position.Epoch)
            throw new InvalidDataException($"{path}: no run of these settings is ever at epoch {position.Epoch}, image {position.Images}, with the figures of {metrics.Count} epochs.");

        ModelFile.Restore(file, trainer.Parameters);
        RestoreVector(file, MeanPrefix, architecture, trainer.Optimizer.Mean);
        RestoreVector(file, VariancePrefix, architecture, trainer.Optimizer.Variance);
        trainer.Restore(position);
        return metrics;
    }

    // The inverse of Named.
    private static void RestoreVector(SafetensorsFile file, string prefix, VaeArchitecture architecture, Matrix<float> vector)
    {
        var named = new VaeParameters<float>(architecture);
        ModelFile.Restore(file, named, prefix);
        named.Vector.Flat.CopyTo(vector.Flat);
    }

    // One of the optimiser's vectors, which lies in memory as the vector of all parameters does, under the names of the tensors.
    private static VaeParameters<float> Named(VaeArchitecture architecture, Matrix<float> vector)
    {
        var named = new VaeParameters<float>(architecture);
        vector.Flat.CopyTo(named.Vector.Flat);
        return named;
    }
}
