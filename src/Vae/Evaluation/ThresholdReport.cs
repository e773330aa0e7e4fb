// Which normal classes a threshold takes for anomalies: a promised rate holds for all of them together, not for each.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The alarms of one class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Images">Its test images.</param>
/// <param name="Alarms">Those of them whose score is above the threshold.</param>
public sealed record ClassAlarms(int Class, int Images, int Alarms)
{
    /// <summary>Alarms per image.</summary>
    public double Rate => (double)Alarms / Images;
}

/// <summary>What a threshold set without anomalies does on the test set.</summary>
/// <param name="Score">Name of the score.</param>
/// <param name="Alpha">The false-alarm rate that was promised.</param>
/// <param name="Threshold">A score above it is an alarm.</param>
/// <param name="CalibrationImages">Held-out normal images that it was read from, m.</param>
/// <param name="FalseAlarmRate">Share of the normal test images that raise an alarm.</param>
/// <param name="DetectionRate">Share of the anomalies that do.</param>
/// <param name="FalseAlarms">The alarms of each normal class, in the order of the classes.</param>
public sealed record ThresholdReport(
    string Score, double Alpha, double Threshold, int CalibrationImages, double FalseAlarmRate, double DetectionRate, IReadOnlyList<ClassAlarms> FalseAlarms)
{
    /// <summary>Counts the alarms of a threshold on a test set.</summary>
    /// <param name="calibration">The threshold.</param>
    /// <param name="scores">The score of each test image, <c>[n]</c>.</param>
    /// <param name="labels">The class of each, <c>[n]</c>.</param>
    /// <param name="heldOut">The class that is the anomaly.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a kind of images is missing.</exception>
    public static ThresholdReport From(Calibration calibration, ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels, int heldOut)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var all = PerClass(scores, labels, calibration.Threshold);
        ClassAlarms[] normal = [.. all.Where(alarms => alarms.Class != heldOut)];
        var anomalies = all.SingleOrDefault(alarms => alarms.Class == heldOut);
        if (normal.Length == 0 || anomalies is null) throw new ArgumentException($"There is no image of class {heldOut}, or of no other class.", nameof(labels));
        return new ThresholdReport(calibration.Score, calibration.Alpha, calibration.Threshold, calibration.Scores.Length,
            (double)normal.Sum(alarms => alarms.Alarms) / normal.Sum(alarms => alarms.Images), anomalies.Rate, normal);
    }

    /// <summary>Counts the images of each class whose score is above a threshold.</summary>
    /// <param name="scores">The score of each image, <c>[n]</c>.</param>
    /// <param name="labels">The class of each, <c>[n]</c>.</param>
    /// <param name="threshold">The threshold.</param>
    /// <returns>The classes that have images, in their order.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static IReadOnlyList<ClassAlarms> PerClass(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels, float threshold)
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"There are {scores.Length} scores but {labels.Length} labels; each score needs one.", nameof(labels));
        var (images, alarms) = (new int[byte.MaxValue + 1], new int[byte.MaxValue + 1]);
        for (var i = 0; i < scores.Length; i++)
        {
            images[labels[i]]++;
            if (scores[i] > threshold) alarms[labels[i]]++;
        }

        return [.. Enumerable.Range(0, images.Length).Where(label => images[label] > 0).Select(label => new ClassAlarms(label, images[label], alarms[label]))];
    }
}
