// Decodes samples of q(z|x) for scores: the same noise for every image.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Samples z_k = mu + sigma·eps_k of each image's q(z|x), decoded, for k = 0, 1, ...</summary>
/// <remarks>
/// eps_k is a function of k alone. So an image's samples do not depend on its place or on the other images, and the noise is common to all of
/// them, which takes a part of its variance out of their comparison.
/// </remarks>
internal sealed class PosteriorSamples
{
    private const int BatchSize = 256;

    private readonly VaeParameters<float> _parameters;
    private readonly Matrix<float> _noise;

    /// <summary>Draws the noise.</summary>
    /// <param name="parameters">The network.</param>
    /// <param name="samples">Samples of each image, K.</param>
    public PosteriorSamples(VaeParameters<float> parameters, int samples)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        _parameters = parameters;
        _noise = Noise(RandomPurpose.ScoreSamples, samples, parameters.Architecture.Latent);
    }

    /// <summary>Receives a batch of decoded samples.</summary>
    /// <param name="forward">The network after the sample: its <see cref="VaeForward{T}.Latent"/> and <see cref="VaeForward{T}.ReconstructionLoss"/>.</param>
    /// <param name="start">Number of the batch's first image.</param>
    /// <param name="sample">Number of the sample, k.</param>
    public delegate void Taker(VaeForward<float> forward, int start, int sample);

    /// <summary>Samples of each image.</summary>
    public int Count => _noise.Rows;

    /// <summary>The sizes of the network, which the images have to have gone through.</summary>
    public VaeArchitecture Architecture => _parameters.Architecture;

    /// <summary>Noise vectors of the numbers 0, 1, ..., each one a row, <c>[count, latent]</c>.</summary>
    public static Matrix<float> Noise(uint purpose, int count, int latent)
    {
        var noise = new Matrix<float>(count, latent);
        for (var k = 0; k < count; k++) new RandomSequence(0, purpose, (uint)k).FillNormal(noise.Row(k));
        return noise;
    }

    /// <summary>Decodes all samples of all images, batch by batch, and each batch's in the order of k.</summary>
    public void ForEach(Engine engine, Activations images, Taker take)
    {
        var forward = new VaeForward<float>(engine, _parameters, Math.Clamp(images.Count, 1, BatchSize));
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            forward.Count = Math.Min(BatchSize, images.Count - start);
            Place(images, start, forward);
            for (var sample = 0; sample < Count; sample++)
            {
                Spread(_noise.Row(sample), forward.Noise);
                forward.Sample();
                forward.Decode();
                forward.Reconstruct();
                take(forward, start, sample);
            }
        }
    }

    /// <summary>Puts a batch of images into the network as if it had just been encoded.</summary>
    public static void Place(Activations images, int start, VaeForward<float> forward)
    {
        images.Pixels.RowBlock(start, forward.Count).Flat.CopyTo(forward.Input.Flat);
        images.Mu.RowBlock(start, forward.Count).Flat.CopyTo(forward.Mu.Flat);
        images.LogVar.RowBlock(start, forward.Count).Flat.CopyTo(forward.LogVar.Flat);
    }

    /// <summary>Writes one row into all rows.</summary>
    public static void Spread(ReadOnlySpan<float> row, Matrix<float> rows)
    {
        for (var i = 0; i < rows.Rows; i++) row.CopyTo(rows.Row(i));
    }
}
