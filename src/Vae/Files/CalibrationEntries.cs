// The calibration of a score as a part of a model file: a tensor of the sorted scores and two metadata entries.

using System.Globalization;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Files;

/// <summary>Adds a calibration to a model file's content, and takes it out again.</summary>
internal static class CalibrationEntries
{
    /// <summary>Name of the tensor of calibration scores, in rising order, <c>[m]</c>; it is the last of a file.</summary>
    public const string TensorName = "calibration.scores";

    private const string ScoreKey = "calibration.score", AlphaKey = "calibration.alpha";

    /// <summary>Adds a calibration to what is written.</summary>
    public static void Add(Calibration calibration, List<SafetensorsTensor> tensors, Dictionary<string, string> metadata)
    {
        tensors.Add(new SafetensorsTensor(TensorName, [calibration.Scores.Length], calibration.Scores.AsMemory()));
        metadata[ScoreKey] = calibration.Score;
        metadata[AlphaKey] = calibration.Alpha.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Name and shape of its tensor; none without a calibration.</summary>
    public static (string Name, int[] Shape)[] Shapes(Calibration? calibration) => calibration is null ? [] : [(TensorName, [calibration.Scores.Length])];

    /// <summary>The calibration of a file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">A part of it is missing, or its scores or its rate can't be.</exception>
    public static Calibration? Read(SafetensorsFile file, string path)
    {
        var tensor = file.Tensors.SingleOrDefault(tensor => tensor.Name == TensorName);
        if (tensor is null && !file.Metadata.ContainsKey(ScoreKey) && !file.Metadata.ContainsKey(AlphaKey)) return null;

        var scores = file[TensorName].Data.Span;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] < scores[i - 1])
                throw new InvalidDataException(FormattableString.Invariant($"{path}: tensor '{TensorName}' falls at element {i}; expected rising scores."));
        }

        var (score, alpha) = (ModelFile.Text(file.Metadata, ScoreKey, path), ModelFile.Number<double>(file.Metadata, AlphaKey, path));
        if (score.Length == 0) throw new InvalidDataException($"{path}: the metadata entry '{ScoreKey}' is empty; expected the name of a score.");
        try
        {
            return Calibration.From(score, scores, alpha);
        }
        catch (ArgumentException e)
        {
            // The exception's own text without the name of the parameter.
            throw new InvalidDataException($"{path}: {e.Message.Split(" (Parameter", 2)[0]}", e);
        }
    }
}
