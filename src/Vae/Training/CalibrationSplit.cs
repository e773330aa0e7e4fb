// Which normal training images a run trains on, and which it keeps back.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>The normal training images of a run, in two parts: those it trains on, and those kept back to say what is normal for a score.</summary>
/// <param name="Training">Indices of the images of training, ascending.</param>
/// <param name="Calibration">Indices of the images kept back, ascending.</param>
public sealed record CalibrationSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Calibration)
{
    /// <summary>The split of a run: a function of the seed, the held-out class, the number kept back, and the labels.</summary>
    /// <remarks>
    /// All images, of every class, are put into an order that the seed alone decides; the first so many that are normal are kept back. So more
    /// images kept back include the fewer, and two held-out classes keep back the same images of the classes that are normal in both, but for the last.
    /// </remarks>
    /// <param name="settings">The run.</param>
    /// <param name="images">Training images of all classes.</param>
    /// <exception cref="InvalidSettingException">No image is left to train on.</exception>
    public static CalibrationSplit Of(TrainingSettings settings, ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Labels.IndexOfAnyExcept((byte)settings.HeldOut) < 0)
            throw new InvalidSettingException($"No training image is left when class {settings.HeldOut} is held out.");
        return Of(settings, images.Count, i => images.Label(i) != settings.HeldOut);
    }

    /// <summary>The split of rows without classes: all of them are normal.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="rows">Training rows, 1 or more.</param>
    /// <exception cref="InvalidSettingException">No row is left to train on.</exception>
    public static CalibrationSplit Of(TrainingSettings settings, int rows)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        return Of(settings, rows, _ => true);
    }

    private static CalibrationSplit Of(TrainingSettings settings, int count, Func<int, bool> isNormal)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        int[] normal = [.. all.Where(isNormal)];
        if (settings.Calibration == 0) return new(normal, []);
        if (settings.Calibration < 0 || settings.Calibration >= normal.Length)
            throw new InvalidSettingException(FormattableString.Invariant(
                $"The number of calibration images is {settings.Calibration}; expected 0 to {normal.Length - 1}, as there are {normal.Length} normal training images."));

        new RandomSequence(settings.Seed, RandomPurpose.Calibration, 0).Shuffle(all);
        int[] kept = [.. all.Where(isNormal).Take(settings.Calibration).Order()];
        return new([.. normal.Except(kept)], kept);
    }
}
