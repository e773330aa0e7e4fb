// The check at the entrance of scores.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Checks what a score is given.</summary>
internal static class ScoreArguments
{
    /// <summary>Throws unless the images are of a model's sizes, and there are as many scores as images.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Require(Engine engine, Activations images, VaeArchitecture architecture, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        int[] sizes = [images.Pixels.Columns, .. images.EncoderHidden.Select(layer => layer.Columns), images.Mu.Columns];
        int[] expected = [architecture.Features, .. architecture.Hidden, architecture.Latent];
        if (!sizes.SequenceEqual(expected))
            throw new ArgumentException($"The images went through a network of {string.Join('-', sizes)}; the score was fitted for {string.Join('-', expected)}.", nameof(images));
        if (scores.Length != images.Count)
            throw new ArgumentException(FormattableString.Invariant($"There are {scores.Length} scores for {images.Count} images; expected as many."), nameof(scores));
    }
}
