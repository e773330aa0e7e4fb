// The check at the entrance of scores that need no network of a certain size.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Checks that each image's score has a place.</summary>
internal static class ScoreCount
{
    /// <summary>Throws unless there are as many scores as images.</summary>
    /// <exception cref="ArgumentException">There are not.</exception>
    public static void Require(Engine engine, Activations images, ReadOnlySpan<float> scores)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        if (scores.Length != images.Count)
            throw new ArgumentException(FormattableString.Invariant($"There are {scores.Length} scores for {images.Count} images; expected as many."), nameof(scores));
    }
}
