// What a trained network computes for a set of images: all that the anomaly scores are made of.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>The layers of a trained network for a set of images, at z = mu, so that an image always has the same ones.</summary>
/// <remarks>
/// An image is a row of every matrix and no operation mixes rows, so a row does not depend, to the bit, on which other images are there.
/// </remarks>
public sealed class Activations
{
    // Images that go through the network at once: enough for the products to run at full speed, few enough for its layers to stay in the second cache.
    private const int BatchSize = 256;

    private Activations(VaeArchitecture architecture, int count, int width)
    {
        Width = width;
        Matrix<float> New(int columns) => new(count, columns);
        Pixels = New(architecture.Features);
        EncoderHidden = [.. architecture.Hidden.Select(New)];
        Mu = New(architecture.Latent);
        LogVar = New(architecture.Latent);
        DecoderHidden = [.. architecture.Hidden.Reverse().Select(New)];
        Reconstruction = New(architecture.Features);
        (ReconstructionLoss, Kl) = (new float[count], new float[count]);
    }

    /// <summary>Images, n.</summary>
    public int Count => Pixels.Rows;

    /// <summary>Pixels of a row of an image; 0 if these are no images.</summary>
    public int Width { get; }

    /// <summary>x, pixels in [0, 1], <c>[n, features]</c>.</summary>
    public Matrix<float> Pixels { get; }

    /// <summary>Outputs of the encoder's hidden layers after their ReLUs, from the image inwards, each <c>[n, hidden]</c>.</summary>
    public ImmutableArray<Matrix<float>> EncoderHidden { get; }

    /// <summary>Means of q(z|x), <c>[n, latent]</c>.</summary>
    public Matrix<float> Mu { get; }

    /// <summary>Log variances of q(z|x), <c>[n, latent]</c>.</summary>
    public Matrix<float> LogVar { get; }

    /// <summary>Outputs of the decoder's hidden layers after their ReLUs, from the latent space outwards, each <c>[n, hidden]</c>.</summary>
    public ImmutableArray<Matrix<float>> DecoderHidden { get; }

    /// <summary>r, the reconstruction: the mean of each pixel under the decoder's <see cref="Likelihood"/>, <c>[n, features]</c>.</summary>
    public Matrix<float> Reconstruction { get; }

    /// <summary>Each image's reconstruction loss, summed over pixels, in nats: <c>[n]</c>.</summary>
    public float[] ReconstructionLoss { get; }

    /// <summary>Each image's KL divergence, summed over latent dimensions, in nats: <c>[n]</c>.</summary>
    public float[] Kl { get; }

    /// <summary>Computes the activations of some images of a data set.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    /// <param name="images">The data set.</param>
    /// <param name="indices">Which of its images, or other rows, in which order.</param>
    /// <exception cref="ArgumentException">The images do not have as many pixels as the network was made for.</exception>
    public static Activations Of(Engine engine, VaeParameters<float> parameters, IDataRows images, ReadOnlyMemory<int> indices)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(images);
        var activations = new Activations(parameters.Architecture, indices.Length, images.Width);
        RowBatch.Gather(engine, images, indices, activations.Pixels);
        activations.RunNetwork(engine, parameters);
        return activations;
    }

    /// <summary>The activations of the reconstructions: what the network makes of r as its input (RaPP, Kim et al., ICLR 2020).</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    public Activations OfReconstructions(Engine engine, VaeParameters<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var activations = new Activations(parameters.Architecture, Count, Width);
        Reconstruction.Flat.CopyTo(activations.Pixels.Flat);
        activations.RunNetwork(engine, parameters);
        return activations;
    }

    private void RunNetwork(Engine engine, VaeParameters<float> parameters)
    {
        var forward = new VaeForward<float>(engine, parameters, Math.Clamp(Count, 1, BatchSize));
        for (var start = 0; start < Count; start += BatchSize)
        {
            forward.Count = Math.Min(BatchSize, Count - start);
            Pixels.RowBlock(start, forward.Count).Flat.CopyTo(forward.Input.Flat);
            forward.Encode();
            forward.TakeMean();
            forward.Decode();
            forward.Reconstruct();
            void Keep(Matrix<float> from, Matrix<float> to) => from.Flat.CopyTo(to.RowBlock(start, forward.Count).Flat);
            for (var layer = 0; layer < EncoderHidden.Length; layer++)
            {
                Keep(forward.EncoderHidden(layer), EncoderHidden[layer]);
                Keep(forward.DecoderHidden(layer), DecoderHidden[layer]);
            }

            Keep(forward.Mu, Mu);
            Keep(forward.LogVar, LogVar);
            Keep(forward.Reconstruction, Reconstruction);
            forward.ReconstructionLoss.Flat.CopyTo(ReconstructionLoss.AsSpan(start));
            forward.Kl.Flat.CopyTo(Kl.AsSpan(start));
        }
    }
}
