// The order of a study's rows.

namespace VaeFromScratch.Vae.Study;

/// <summary>
/// Plain runs before variants, then by hidden layers, epochs, batch and learning rate, and within those by class, latent dimension, beta and seed; all as
/// numbers. Settings that differ in anything are never equal.
/// </summary>
internal sealed class StudyOrder : IComparer<TrainingSettings>
{
    public static StudyOrder Instance { get; } = new();

    public int Compare(TrainingSettings? x, TrainingSettings? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Comparisons(x, y).FirstOrDefault(comparison => comparison != 0);
    }

    // A variant that is not set is 0, which puts plain runs first.
    private static IEnumerable<int> Comparisons(TrainingSettings x, TrainingSettings y) =>
    [
        x.WarmUp.CompareTo(y.WarmUp), x.FreeBits.CompareTo(y.FreeBits), x.Likelihood.CompareTo(y.Likelihood), x.Denoise.CompareTo(y.Denoise),
        x.Calibration.CompareTo(y.Calibration),
        x.Hidden.Length.CompareTo(y.Hidden.Length), .. x.Hidden.Zip(y.Hidden, (size, other) => size.CompareTo(other)),
        x.Epochs.CompareTo(y.Epochs), x.Batch.CompareTo(y.Batch), x.LearningRate.CompareTo(y.LearningRate),
        x.HeldOut.CompareTo(y.HeldOut), x.Latent.CompareTo(y.Latent), x.Beta.CompareTo(y.Beta), x.Seed.CompareTo(y.Seed),
    ];
}
