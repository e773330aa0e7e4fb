// The forward pass: from images to reconstructions and losses. It draws nothing and changes no parameter.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The forward pass of a variational autoencoder over one batch, with the memory for everything it computes.</summary>
/// <remarks>
/// All activations have one image a row, <c>[n, features]</c>, n being the images of the batch. Kingma and Welling, "Auto-Encoding
/// Variational Bayes", ICLR 2014; Higgins et al., "beta-VAE", ICLR 2017.
/// </remarks>
public sealed class VaeForward<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Engine _engine;
    private readonly VaeParameters<T> _parameters;
    private readonly Matrix<T>[] _encoderHidden;
    private readonly Matrix<T>[] _decoderHidden;
    private readonly Matrix<T> _input, _encoderInput, _heads, _mu, _rawLogVar, _logVar, _noise, _latent, _output, _reconstructionLoss, _kl;

    /// <summary>Takes memory for batches of up to <paramref name="capacity"/> images.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    /// <param name="capacity">Most images of a batch.</param>
    /// <param name="denoises">Whether the encoder has an input of its own, <see cref="EncoderInput"/>, instead of the images.</param>
    public VaeForward(Engine engine, VaeParameters<T> parameters, int capacity, bool denoises = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_engine, _parameters, Capacity) = (engine, parameters, capacity);
        var architecture = parameters.Architecture;
        Matrix<T> New(int size) => new(capacity, size);
        _input = New(architecture.Features);
        _encoderInput = denoises ? New(architecture.Features) : _input;
        // Noise leaves no pixel black. (3.13)
        EncoderInputKind = denoises ? LeftOperand.Dense : LeftOperand.Sparse;
        _encoderHidden = [.. architecture.Hidden.Select(New)];
        _heads = New(2 * architecture.Latent);
        _mu = New(architecture.Latent);
        _rawLogVar = New(architecture.Latent);
        _logVar = New(architecture.Latent);
        _noise = New(architecture.Latent);
        _latent = New(architecture.Latent);
        _decoderHidden = [.. architecture.Hidden.Reverse().Select(New)];
        _output = New(architecture.Features);
        _reconstructionLoss = new Matrix<T>(1, capacity);
        _kl = new Matrix<T>(1, capacity);
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

    /// <summary>x, pixels in [0, 1], <c>[n, features]</c>; written by the caller.</summary>
    public Matrix<T> Input => _input.RowBlock(0, Count);

    /// <summary>What the encoder sees, <c>[n, features]</c>: <see cref="Input"/> itself, or for denoising what the caller writes here. The loss never sees it.</summary>
    public Matrix<T> EncoderInput => _encoderInput.RowBlock(0, Count);

    /// <summary>Whether many numbers of <see cref="EncoderInput"/> may be zero.</summary>
    internal LeftOperand EncoderInputKind { get; }

    /// <summary>eps, standard normal noise, <c>[n, latent]</c>; written by the caller before <see cref="Sample"/>.</summary>
    public Matrix<T> Noise => _noise.RowBlock(0, Count);

    /// <summary>Means of q(z|x), <c>[n, latent]</c>.</summary>
    public Matrix<T> Mu => _mu.RowBlock(0, Count);

    /// <summary>The encoder's log variances before the clamp, <c>[n, latent]</c>.</summary>
    public Matrix<T> RawLogVar => _rawLogVar.RowBlock(0, Count);

    /// <summary>Log variances of q(z|x), <c>[n, latent]</c>.</summary>
    public Matrix<T> LogVar => _logVar.RowBlock(0, Count);

    /// <summary>z, what the decoder decodes, <c>[n, latent]</c>.</summary>
    public Matrix<T> Latent => _latent.RowBlock(0, Count);

    /// <summary>l, the decoder's output, <c>[n, features]</c>. <see cref="Reconstruction"/> and <see cref="LogitGradient"/> take its place.</summary>
    public Matrix<T> Logits => _output.RowBlock(0, Count);

    /// <summary>r, the mean of a pixel under the decoder's <see cref="Likelihood"/>, <c>[n, features]</c>, after <see cref="Reconstruct"/>.</summary>
    public Matrix<T> Reconstruction => _output.RowBlock(0, Count);

    /// <summary>The gradient of the mean reconstruction loss by the logits, <c>[n, features]</c>, after <see cref="Run()"/>.</summary>
    public Matrix<T> LogitGradient => _output.RowBlock(0, Count);

    /// <summary>Each image's reconstruction loss, its negative log likelihood summed over pixels, in nats: <c>[1, n]</c>.</summary>
    public Matrix<T> ReconstructionLoss => _reconstructionLoss.FirstColumns(Count);

    /// <summary>Each image's KL divergence, summed over latent dimensions, in nats: <c>[1, n]</c>.</summary>
    public Matrix<T> Kl => _kl.FirstColumns(Count);

    /// <summary>Output of the encoder's hidden layer <paramref name="layer"/>, after its ReLU, <c>[n, hidden]</c>.</summary>
    public Matrix<T> EncoderHidden(int layer) => _encoderHidden[layer].RowBlock(0, Count);

    /// <summary>Output of the decoder's hidden layer <paramref name="layer"/>, after its ReLU, <c>[n, hidden]</c>.</summary>
    public Matrix<T> DecoderHidden(int layer) => _decoderHidden[layer].RowBlock(0, Count);

    /// <summary>The whole forward pass of training: encode, sample, decode, both losses, and <see cref="LogitGradient"/> along with them. (1.2)</summary>
    public void Run()
    {
        Encode();
        Sample();
        Decode();
        LossAndGradient(0, Count, T.One / T.CreateChecked(Count));
    }

    /// <summary>From <see cref="Logits"/> to <see cref="ReconstructionLoss"/> and the gradient of each image's own loss, in the place of <see cref="LogitGradient"/>.</summary>
    /// <remarks>Images do not mix, as in <see cref="Reconstruct"/>: with a Gaussian likelihood each has a variance of its own.</remarks>
    internal void LossAndGradientImageByImage()
    {
        if (_parameters.Architecture.Likelihood is Likelihood.Gaussian or Likelihood.LinearGaussian)
        {
            for (var image = 0; image < Count; image++) LossAndGradient(image, 1, T.One);
        }
        else
        {
            LossAndGradient(0, Count, T.One);
        }
    }

    private void LossAndGradient(int first, int count, T scale)
    {
        var (logits, x, loss) = (_output.RowBlock(first, count), _input.RowBlock(first, count), _reconstructionLoss.Block(0, 1, first, count));
        switch (_parameters.Architecture.Likelihood)
        {
            case Likelihood.ContinuousBernoulli:
                ContinuousBernoulli.ForwardAndBackward(_engine, logits, x, scale, loss, logits);
                break;
            case Likelihood.Gaussian:
                GaussianLikelihood.ForwardAndBackward(_engine, logits, x, scale, loss, logits);
                break;
            case Likelihood.LinearGaussian:
                GaussianLikelihood.ForwardAndBackward(_engine, logits, x, scale, loss, logits, GaussianMean.Identity);
                break;
            default:
                BernoulliCrossEntropy.ForwardAndBackward(_engine, logits, x, scale, loss, logits);
                break;
        }
    }

    /// <summary>From <see cref="EncoderInput"/> to <see cref="Mu"/>, <see cref="LogVar"/> and <see cref="Kl"/>.</summary>
    public void Encode()
    {
        var (heads, latent) = (_heads.RowBlock(0, Count), _mu.Columns);
        Dense.Forward(_engine, _parameters.Heads.Weight, _parameters.Heads.Bias, EncodeHidden(), heads, LeftOperand.Sparse);
        heads.FirstColumns(latent).CopyTo(Mu);
        heads.Block(0, Count, latent, latent).CopyTo(RawLogVar);
        LogVarianceClamp.Forward(RawLogVar, LogVar);
        GaussianKl.Forward(Mu, LogVar, Kl.Flat);
    }

    /// <summary>From <see cref="EncoderInput"/> to <see cref="Mu"/> alone, for what asks for no more.</summary>
    public void EncodeMean() => Dense.Forward(_engine, _parameters.Mu.Weight, _parameters.Mu.Bias, EncodeHidden(), Mu, LeftOperand.Sparse);

    /// <summary>Draws <see cref="Latent"/> from q(z|x) with the given <see cref="Noise"/>.</summary>
    public void Sample() => Reparameterization.Forward(Mu, LogVar, Noise, Latent);

    /// <summary>Sets <see cref="Latent"/> to <see cref="Mu"/>: scores are taken there, so that an image has one score.</summary>
    public void TakeMean() => Mu.CopyTo(Latent);

    /// <summary>From <see cref="Latent"/> to <see cref="Logits"/>.</summary>
    public void Decode()
    {
        // Latent variables are hardly ever zero. Sparse all the same: for a single image the kernel that goes row by row is the faster one.
        var x = Latent;
        for (var layer = 0; layer < _decoderHidden.Length; layer++) x = DenseRelu(_parameters.Decoder[layer], x, DecoderHidden(layer));
        Dense.Forward(_engine, _parameters.Decoder[^1].Weight, _parameters.Decoder[^1].Bias, x, Logits, LeftOperand.Sparse);
    }

    /// <summary>From <see cref="Logits"/> to <see cref="Reconstruction"/> and <see cref="ReconstructionLoss"/>, image by image.</summary>
    /// <remarks>With a Gaussian likelihood each image has a variance of its own here, so that its loss depends on no other; in <see cref="Run"/> all share one.</remarks>
    public void Reconstruct()
    {
        switch (_parameters.Architecture.Likelihood)
        {
            case Likelihood.ContinuousBernoulli:
                ContinuousBernoulli.Forward(_engine, Logits, Input, Reconstruction, ReconstructionLoss);
                break;
            case Likelihood.Gaussian:
                GaussianLikelihood.ForwardImageByImage(_engine, Logits, Input, Reconstruction, ReconstructionLoss);
                break;
            case Likelihood.LinearGaussian:
                GaussianLikelihood.ForwardImageByImage(_engine, Logits, Input, Reconstruction, ReconstructionLoss, GaussianMean.Identity);
                break;
            default:
                BernoulliCrossEntropy.Forward(_engine, Logits, Input, Reconstruction, ReconstructionLoss);
                break;
        }
    }

    private Matrix<T> EncodeHidden()
    {
        // Pixels may be black, and a ReLU switches units off: but for the latent variables, every layer's input has many zeros. (3.13)
        var x = DenseRelu(_parameters.Encoder[0], EncoderInput, EncoderHidden(0), EncoderInputKind);
        for (var layer = 1; layer < _encoderHidden.Length; layer++) x = DenseRelu(_parameters.Encoder[layer], x, EncoderHidden(layer));
        return x;
    }

    private Matrix<T> DenseRelu(DenseParameters<T> layer, Matrix<T> x, Matrix<T> y, LeftOperand input = LeftOperand.Sparse)
    {
        Dense.ForwardRelu(_engine, layer.Weight, layer.Bias, x, y, input);
        return y;
    }
}
