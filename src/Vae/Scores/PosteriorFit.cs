// Fits q(z|x) to each image of a batch by itself, from the encoder's answer on, with the decoder as it is.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Gradient steps on the means and log variances of a batch of images; each image has a loss of its own.</summary>
/// <remarks>
/// The loss of an image is its negative log likelihood plus divergence, for the <see cref="VaeForward{T}.Noise"/> at hand. Its gradients are those of the
/// training step, (8.2) to (8.9), with the weight 1 for each image, and end at mu and logVar: no parameter's gradient is computed.
/// </remarks>
internal sealed class PosteriorFit<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Engine _engine;
    private readonly VaeParameters<T> _parameters;
    private readonly Matrix<T>[] _dHidden;
    private readonly Matrix<T> _dLatent, _dMu, _dLogVar;

    /// <summary>Takes memory for batches of up to <paramref name="capacity"/> images.</summary>
    public PosteriorFit(Engine engine, VaeParameters<T> parameters, int capacity)
    {
        (_engine, _parameters, Forward) = (engine, parameters, new VaeForward<T>(engine, parameters, capacity));
        Matrix<T> New(int size) => new(capacity, size);
        _dHidden = [.. parameters.Architecture.Hidden.Reverse().Select(New)];
        (_dLatent, _dMu, _dLogVar) = (New(parameters.Architecture.Latent), New(parameters.Architecture.Latent), New(parameters.Architecture.Latent));
    }

    /// <summary>The network: the caller writes Input, Mu, RawLogVar and Noise.</summary>
    public VaeForward<T> Forward { get; }

    /// <summary>Gradient of each image's loss by its means, <c>[n, latent]</c>, after <see cref="Backward"/>.</summary>
    public Matrix<T> MuGradient => _dMu.RowBlock(0, Forward.Count);

    /// <summary>Gradient of each image's loss by its log variances before the clamp, <c>[n, latent]</c>, after <see cref="Backward"/>.</summary>
    public Matrix<T> LogVarGradient => _dLogVar.RowBlock(0, Forward.Count);

    /// <summary>From means, log variances and noise to both losses of each image, and the gradient by the logits along with them.</summary>
    public void Evaluate()
    {
        LogVarianceClamp.Forward(Forward.RawLogVar, Forward.LogVar);
        GaussianKl.Forward(Forward.Mu, Forward.LogVar, Forward.Kl.Flat);
        Forward.Sample();
        Forward.Decode();
        Forward.LossAndGradientImageByImage();
    }

    /// <summary>From what <see cref="Evaluate"/> has left to <see cref="MuGradient"/> and <see cref="LogVarGradient"/>.</summary>
    public void Backward()
    {
        var dy = Forward.LogitGradient;
        for (var layer = _dHidden.Length; layer >= 1; layer--)
        {
            var dHidden = _dHidden[layer - 1].RowBlock(0, Forward.Count);
            Dense.BackwardInput(_engine, _parameters.Decoder[layer].Weight, dy, dHidden); // (8.3)
            Relu.Backward(_engine, Forward.DecoderHidden(layer - 1), dHidden, dHidden); // (8.5)
            dy = dHidden;
        }

        var dLatent = _dLatent.RowBlock(0, Forward.Count);
        Dense.BackwardInput(_engine, _parameters.Decoder[0].Weight, dy, dLatent); // (8.6)
        Reparameterization.Backward(Forward.LogVar, Forward.Noise, dLatent, MuGradient, LogVarGradient); // (8.7)
        GaussianKl.Backward(Forward.Mu, Forward.LogVar, T.One, MuGradient, LogVarGradient); // (8.8)
        LogVarianceClamp.Backward(Forward.RawLogVar, LogVarGradient, LogVarGradient); // (8.9)
    }

    /// <summary>One step of Adam on means and log variances. Every number moves by its own gradient, so images do not mix.</summary>
    /// <param name="adam">An optimiser of 2·n·latent numbers, the means before the log variances.</param>
    public void Step(Adam<T> adam)
    {
        Evaluate();
        Backward();
        adam.BeginStep();
        adam.UpdatePart(_engine, Forward.Mu, 0, MuGradient);
        adam.UpdatePart(_engine, Forward.RawLogVar, Forward.Count * Forward.Mu.Columns, LogVarGradient);
    }
}
