// What a training run reports while it goes on, and what it throws when it can't.

namespace VaeFromScratch.Vae;

/// <summary>Mean losses of one epoch, per image, in nats.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Loss">Reconstruction + beta·Kl, with the settings' beta and the whole divergence: during a warm-up or with free bits not what is minimised.</param>
/// <param name="Reconstruction">Negative log likelihood, summed over pixels.</param>
/// <param name="Kl">KL divergence from the prior, summed over latent dimensions.</param>
/// <param name="Seconds">How long the epoch took.</param>
public sealed record EpochMetrics(int Epoch, double Loss, double Reconstruction, double Kl, double Seconds);

/// <summary>Where a training run is.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Images">Images seen in this epoch.</param>
/// <param name="ImagesPerEpoch">Images of an epoch.</param>
/// <param name="Loss">Mean loss of this epoch so far, per image.</param>
/// <param name="ImagesPerSecond">Speed of this epoch so far.</param>
/// <param name="Left">Estimate of the time left for the whole run.</param>
/// <param name="Finished">The epoch's figures when it has just ended, else null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Images, int ImagesPerEpoch, double Loss, double ImagesPerSecond, TimeSpan Left, EpochMetrics? Finished);

/// <summary>The loss has become infinite or NaN; the message says where and when.</summary>
public sealed class NonFiniteLossException : Exception
{
    /// <summary>The loss has become infinite or NaN.</summary>
    public NonFiniteLossException(string message) : base(message)
    {
    }
}
