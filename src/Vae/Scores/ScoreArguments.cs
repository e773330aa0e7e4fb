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
        RequireCount(engine, images, scores);
    }

    /// <summary>Throws unless there are as many scores as images, for scores that need no network of a certain size.</summary>
    /// <exception cref="ArgumentException">There are not.</exception>
    public static void RequireCount(Engine engine, Activations images, ReadOnlySpan<float> scores)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        RequireCount(images.Count, scores);
    }

    /// <inheritdoc cref="RequireCount(Engine, Activations, ReadOnlySpan{float})"/>
    public static void RequireCount(int images, ReadOnlySpan<float> scores)
    {
        if (scores.Length != images)
            throw new ArgumentException(FormattableString.Invariant($"There are {scores.Length} scores for {images} images; expected as many."), nameof(scores));
    }
}
