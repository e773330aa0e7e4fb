// Score: how far what a hidden layer makes of an image is from what it makes of normal images.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The two halves of the network.</summary>
public enum NetworkHalf
{
    /// <summary>From the image to the code.</summary>
    Encoder,

    /// <summary>From the code to the reconstruction.</summary>
    Decoder,
}

/// <summary>The mean distance of a hidden layer's outputs to the k nearest among normal training images. (15.9)</summary>
/// <remarks>
/// The layer is by default the one beside the latent space: the encoder's last, or the decoder's first, which sees nothing of an image but its
/// code. Cost: n·m·hidden multiply-adds for n images and m references, fewer by the outputs that the ReLU has set to 0, 1.3 seconds of processor time
/// for 10 000 and 20 000 in an encoder of 400, 1.8 in a decoder.
/// </remarks>
public sealed class HiddenNeighbours : IAnomalyScore
{
    private readonly MeanNeighbourDistance _distance;
    private readonly NetworkHalf _half;
    private readonly int _layer;

    private HiddenNeighbours(MeanNeighbourDistance distance, NetworkHalf half, int layer) => (_distance, _half, _layer) = (distance, half, layer);

    /// <summary>Takes what a hidden layer makes of normal images.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="normals">Normal images; the reference is used.</param>
    /// <param name="half">The half of the network.</param>
    /// <param name="metric">The distance.</param>
    /// <param name="layer">Which of its hidden layers, from 0 in the direction of the computation; null for the one beside the latent space.</param>
    /// <param name="settings">How many neighbours, among how many images; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="ArgumentException">There are too few images, or an output is not finite.</exception>
    public static HiddenNeighbours Fit(
        Engine engine, NormalImages normals, NetworkHalf half = NetworkHalf.Encoder, DistanceMetric metric = DistanceMetric.Euclidean, int? layer = null,
        NeighbourSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(normals);
        var layers = Layers(normals.Reference, half);
        var chosen = layer ?? (half == NetworkHalf.Encoder ? layers.Length - 1 : 0);
        if (chosen < 0 || chosen >= layers.Length)
            throw new ArgumentOutOfRangeException(nameof(layer), FormattableString.Invariant($"Hidden layer {chosen} is asked for; expected 0 to {layers.Length - 1}."));
        return new(new MeanNeighbourDistance(engine, layers[chosen], metric, settings), half, chosen);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        var layers = Layers(images, _half);
        if (_layer >= layers.Length)
            throw new ArgumentException(FormattableString.Invariant($"The images went through {layers.Length} hidden layers; expected at least {_layer + 1}."), nameof(images));
        _distance.Compute(engine, layers[_layer], scores);
    }

    private static ImmutableArray<Matrix<float>> Layers(Activations images, NetworkHalf half) =>
        half == NetworkHalf.Encoder ? images.EncoderHidden : images.DecoderHidden;
}
