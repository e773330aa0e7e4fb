// The interface of all anomaly scores.

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
