// The forward pass: from images to reconstructions and losses.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The forward pass of a variational autoencoder over one batch, with the memory for everything it computes.</summary>
/// <remarks>
/// All activations are feature-major, <c>[features, n]</c>, n being the images of the batch. Kingma and Welling, "Auto-Encoding
/// Variational Bayes", ICLR 2014; Higgins et al., "beta-VAE", ICLR 2017.
/// </remarks>
public sealed class VaeForward<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Engine _engine;
    private readonly VaeParameters<T> _parameters;
    private readonly Matrix<T>[] _encoderHidden;
    private readonly Matrix<T>[] _decoderHidden;
    private readonly Matrix<T> _input, _heads, _logVar, _noise, _latent, _reconstruction, _scratch, _reconstructionLoss, _kl;

    /// <summary>Takes memory for batches of up to <paramref name="capacity"/> images.</summary>
    public VaeForward(Engine engine, VaeParameters<T> parameters, int capacity)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_engine, _parameters, Capacity) = (engine, parameters, capacity);
        var architecture = parameters.Architecture;
        Matrix<T> New(int rows) => new(rows, capacity);
        _input = New(architecture.Features);
        _encoderHidden = [.. architecture.Hidden.Select(New)];
        _heads = New(2 * architecture.Latent);
        _logVar = New(architecture.Latent);
        _noise = New(architecture.Latent);
        _latent = New(architecture.Latent);
        _decoderHidden = [.. architecture.Hidden.Reverse().Select(New)];
        _reconstruction = New(architecture.Features);
        _scratch = New(BernoulliCrossEntropy.ScratchRows(architecture.Features));
        _reconstructionLoss = New(1);
        _kl = New(1);
    }

    /// <summary>Most images of a batch.</summary>
    public int Capacity { get; }

    /// <summary>Images of the current batch, n; set before its pixels are written.</summary>
    public int Count
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    } = 1;

    /// <summary>x, pixels in [0, 1], <c>[features, n]</c>; written by the caller.</summary>
    public Matrix<T> Input => _input.FirstColumns(Count);

    /// <summary>eps, standard normal noise, <c>[latent, n]</c>; written by the caller before <see cref="Sample"/>.</summary>
    public Matrix<T> Noise => _noise.FirstColumns(Count);

    /// <summary>Means of q(z|x), <c>[latent, n]</c>.</summary>
    public Matrix<T> Mu => _heads.Block(0, _parameters.Architecture.Latent, 0, Count);

    /// <summary>The encoder's log variances before the clamp, <c>[latent, n]</c>.</summary>
    public Matrix<T> RawLogVar => _heads.Block(_parameters.Architecture.Latent, _parameters.Architecture.Latent, 0, Count);

    /// <summary>Log variances of q(z|x), <c>[latent, n]</c>.</summary>
    public Matrix<T> LogVar => _logVar.FirstColumns(Count);

    /// <summary>z, what the decoder decodes, <c>[latent, n]</c>.</summary>
    public Matrix<T> Latent => _latent.FirstColumns(Count);

    /// <summary>r = sigmoid(logits), <c>[features, n]</c>.</summary>
    public Matrix<T> Reconstruction => _reconstruction.FirstColumns(Count);

    /// <summary>Each image's Bernoulli cross-entropy, summed over pixels, in nats: n numbers.</summary>
    public Span<T> ReconstructionLoss => _reconstructionLoss.FirstColumns(Count).Flat;

    /// <summary>Each image's KL divergence, summed over latent dimensions, in nats: n numbers.</summary>
    public Span<T> Kl => _kl.FirstColumns(Count).Flat;

    /// <summary>Output of the encoder's hidden layer <paramref name="layer"/>, after its ReLU, <c>[hidden, n]</c>.</summary>
    public Matrix<T> EncoderHidden(int layer) => _encoderHidden[layer].FirstColumns(Count);

    /// <summary>Output of the decoder's hidden layer <paramref name="layer"/>, after its ReLU, <c>[hidden, n]</c>.</summary>
    public Matrix<T> DecoderHidden(int layer) => _decoderHidden[layer].FirstColumns(Count);

    /// <summary>The whole forward pass of training: encode, sample, decode.</summary>
    public void Run()
    {
        Encode();
        Sample();
        Decode();
    }

    /// <summary>From <see cref="Input"/> to <see cref="Mu"/>, <see cref="LogVar"/> and <see cref="Kl"/>.</summary>
    public void Encode()
    {
        var x = Input;
        for (var layer = 0; layer < _encoderHidden.Length; layer++) x = DenseRelu(_parameters.Encoder[layer], x, EncoderHidden(layer));
        Dense.Forward(_engine, _parameters.Heads.Weight, _parameters.Heads.Bias, x, _heads.FirstColumns(Count));
        LogVarianceClamp.Forward(RawLogVar, LogVar);
        GaussianKl.Forward(Mu, LogVar, Kl);
    }

    /// <summary>Draws <see cref="Latent"/> from q(z|x) with the given <see cref="Noise"/>.</summary>
    public void Sample() => Reparameterization.Forward(Mu, LogVar, Noise, Latent);

    /// <summary>Sets <see cref="Latent"/> to <see cref="Mu"/>: scores are taken there, so that an image has one score.</summary>
    public void TakeMean()
    {
        for (var row = 0; row < Mu.Rows; row++) Mu.Row(row).CopyTo(Latent.Row(row));
    }

    /// <summary>From <see cref="Latent"/> to <see cref="Reconstruction"/> and <see cref="ReconstructionLoss"/>.</summary>
    public void Decode()
    {
        var x = Latent;
        for (var layer = 0; layer < _decoderHidden.Length; layer++) x = DenseRelu(_parameters.Decoder[layer], x, DecoderHidden(layer));
        Dense.Forward(_engine, _parameters.Decoder[^1].Weight, _parameters.Decoder[^1].Bias, x, Reconstruction);
        BernoulliCrossEntropy.Forward(_engine, Reconstruction, Input, Reconstruction, _scratch.FirstColumns(Count), ReconstructionLoss);
    }

    private Matrix<T> DenseRelu(DenseParameters<T> layer, Matrix<T> x, Matrix<T> y)
    {
        Dense.Forward(_engine, layer.Weight, layer.Bias, x, y);
        Relu.Forward(_engine, y, y);
        return y;
    }
}
