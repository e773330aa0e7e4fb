// The interface of all anomaly scores, and what they are fitted on.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>A number for each image that is meant to be higher for an anomaly.</summary>
public interface IAnomalyScore
{
    /// <summary>Scores images.</summary>
    /// <param name="engine">Kernel and threads; they change no bit of the scores.</param>
    /// <param name="images">The images, with what the network computes for them, n of them.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>. An image's score does not depend, to the bit, on which others are scored with it.</param>
    /// <exception cref="ArgumentException">The images do not fit the model, or there is another number of scores.</exception>
    void Compute(Engine engine, Activations images, Span<float> scores);
}

/// <summary>What scores are fitted on: a trained network and normal images alone.</summary>
/// <param name="Parameters">The network.</param>
/// <param name="Reference">Normal training images: neighbours, means and covariances come from them.</param>
/// <param name="Calibration">Normal images that are not among the reference: what is normal for a score is read from them.</param>
public sealed record NormalImages(VaeParameters<float> Parameters, Activations Reference, Activations Calibration);
