// What scores are fitted on: a trained network, and normal images alone.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>What scores are fitted on: a trained network and normal images alone.</summary>
/// <param name="Parameters">The network.</param>
/// <param name="Reference">Normal training images: neighbours, means and covariances come from them.</param>
/// <param name="Calibration">Normal images that are not among the reference: what is normal for a score is read from them.</param>
public sealed record NormalImages(VaeParameters<float> Parameters, Activations Reference, Activations Calibration)
{
    /// <summary>Most images of the reference.</summary>
    public const int MostReferences = 20_000;

    /// <summary>Most images of the calibration, where none were kept out of training.</summary>
    public const int MostCalibration = 2_000;

    // Of few images, the reference keeps most.
    private const int OneForCalibrationOf = 5;

    /// <summary>Chooses the images of a run: the same ones whenever they are asked for.</summary>
    /// <remarks>
    /// The calibration are the images that were kept out of training (<see cref="TrainingSettings.Calibration"/>). If there are none, training images
    /// that are not in the reference take their place: the neighbours and means have not seen them, but the network has, so that no false-alarm rate
    /// can be promised.
    /// </remarks>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The trained network.</param>
    /// <param name="train">Training images of all classes.</param>
    /// <param name="settings">What it was trained with.</param>
    /// <exception cref="InvalidSettingException">No image is left.</exception>
    public static NormalImages Choose(Engine engine, VaeParameters<float> parameters, ImageDataset train, TrainingSettings settings) =>
        Choose(engine, parameters, train, CalibrationSplit.Of(settings, train));

    /// <summary>The same of rows of any kind.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The trained network.</param>
    /// <param name="train">The rows.</param>
    /// <param name="split">Those of training, and those kept out of it.</param>
    public static NormalImages Choose(Engine engine, VaeParameters<float> parameters, IDataRows train, CalibrationSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        int[] seen = [.. split.Training], calibration = [.. split.Calibration];
        if (calibration.Length == 0)
        {
            calibration = Spread(seen, Math.Min(MostCalibration, seen.Length / OneForCalibrationOf));
            seen = [.. seen.Except(calibration)];
        }

        return new NormalImages(parameters,
            Activations.Of(engine, parameters, train, Spread(seen, Math.Min(MostReferences, seen.Length))), Activations.Of(engine, parameters, train, calibration));
    }

    // So many of the images, spread evenly.
    private static int[] Spread(int[] images, int count) => [.. Enumerable.Range(0, count).Select(i => images[(int)((long)i * images.Length / count)])];
}
