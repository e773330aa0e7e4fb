// The backward pass: from the losses back to the gradient of every parameter.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The gradients of the beta-VAE loss, L = mean over the batch of (reconstruction loss + beta·KL). (2.11)</summary>
/// <remarks>
/// What becomes of the parameters' gradients is up to an <see cref="IGradientSink{T}"/>: <see cref="StoredGradients{T}"/> keeps them, to be
/// read and checked; <see cref="AdamUpdates{T}"/> uses them up on the spot.
/// </remarks>
public sealed class VaeBackward<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Engine _engine;
    private readonly VaeParameters<T> _parameters;
    private readonly Matrix<T>[] _dEncoderHidden;
    private readonly Matrix<T>[] _dDecoderHidden;
    private readonly Matrix<T> _dMu, _dLogVar, _dHeads, _dLatent, _transposed, _divergences, _dimensionKl;
    private readonly T _freeBits;

    /// <summary>Takes memory for batches of up to <paramref name="capacity"/> images.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    /// <param name="capacity">Most images of a batch.</param>
    /// <param name="freeBits">The divergence that is free in each latent dimension, in nats; 0 for the plain KL divergence.</param>
    public VaeBackward(Engine engine, VaeParameters<T> parameters, int capacity, T freeBits = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_engine, _parameters, _freeBits) = (engine, parameters, freeBits);
        var architecture = parameters.Architecture;
        _dEncoderHidden = [.. architecture.Hidden.Select(size => new Matrix<T>(capacity, size))];
        _dDecoderHidden = [.. architecture.Hidden.Reverse().Select(size => new Matrix<T>(capacity, size))];
        _dMu = new Matrix<T>(capacity, architecture.Latent);
        _dLogVar = new Matrix<T>(capacity, architecture.Latent);
        _dHeads = new Matrix<T>(capacity, 2 * architecture.Latent);
        _dLatent = new Matrix<T>(capacity, architecture.Latent);
        if (freeBits > T.Zero) (_divergences, _dimensionKl) = (new Matrix<T>(capacity, architecture.Latent), new Matrix<T>(1, architecture.Latent));
        _transposed = new Matrix<T>(1, checked(capacity * Math.Max(architecture.Features, Math.Max(architecture.Hidden.Max(), architecture.Latent))));
    }

    /// <summary>Computes the gradient of every parameter, layer by layer from the output to the input.</summary>
    /// <param name="forward">The finished forward pass.</param>
    /// <param name="beta">Weight of the KL divergence.</param>
    /// <param name="sink">Receives each layer's gradient, as its two factors xᵀ and dy, once nothing more is asked of the layer's parameters.</param>
    public void Run<TSink>(VaeForward<T> forward, T beta, TSink sink) where TSink : struct, IGradientSink<T>
    {
        ArgumentNullException.ThrowIfNull(forward);
        var n = forward.Count;
        var dy = forward.LogitGradient; // (8.2)
        for (var layer = _dDecoderHidden.Length; layer >= 1; layer--)
        {
            var (hidden, dHidden) = (forward.DecoderHidden(layer - 1), _dDecoderHidden[layer - 1].RowBlock(0, n));
            Dense.BackwardInputRelu(_engine, _parameters.Decoder[layer].Weight, hidden, dy, dHidden); // (8.3), (8.5)
            BackwardParameters(_parameters.Decoder[layer], hidden, dy, sink); // (8.4)
            dy = dHidden;
        }

        var (dLatent, dMu, dLogVar) = (_dLatent.RowBlock(0, n), _dMu.RowBlock(0, n), _dLogVar.RowBlock(0, n));
        Dense.BackwardInput(_engine, _parameters.Decoder[0].Weight, dy, dLatent); // (8.6)
        BackwardParameters(_parameters.Decoder[0], forward.Latent, dy, sink, LeftOperand.Dense); // (8.6)
        if (_freeBits > T.Zero) LatentBackwardWithFreeBits(forward, beta / T.CreateChecked(n), dLatent, dMu, dLogVar);
        else LatentBackward(forward, beta / T.CreateChecked(n), dLatent, dMu, dLogVar);

        // The last hidden layer is the input of both heads, which side by side are one layer. (3.11)
        var last = _dEncoderHidden.Length - 1;
        dy = _dEncoderHidden[last].RowBlock(0, n);
        var dHeads = _dHeads.RowBlock(0, n);
        dMu.CopyTo(dHeads.FirstColumns(dMu.Columns));
        dLogVar.CopyTo(dHeads.Block(0, n, dMu.Columns, dLogVar.Columns));
        Dense.BackwardInputRelu(_engine, _parameters.Heads.Weight, forward.EncoderHidden(last), dHeads, dy); // (8.10), (8.12)
        BackwardParameters(_parameters.Heads, forward.EncoderHidden(last), dHeads, sink); // (8.11)

        for (var layer = last; layer >= 1; layer--)
        {
            var (hidden, dHidden) = (forward.EncoderHidden(layer - 1), _dEncoderHidden[layer - 1].RowBlock(0, n));
            Dense.BackwardInputRelu(_engine, _parameters.Encoder[layer].Weight, hidden, dy, dHidden);
            BackwardParameters(_parameters.Encoder[layer], hidden, dy, sink);
            dy = dHidden;
        }

        // Nobody asks for the gradient of the image, so the first layer has two products, not three.
        BackwardParameters(_parameters.Encoder[0], forward.EncoderInput, dy, sink, forward.EncoderInputKind); // (8.13)
    }

    // First the gradient by a layer's input, which needs W as it was in the forward pass; then its parameters, which the sink may change.
    private void BackwardParameters<TSink>(DenseParameters<T> parameters, Matrix<T> x, Matrix<T> dy, TSink sink, LeftOperand input = LeftOperand.Sparse)
        where TSink : struct, IGradientSink<T> => sink.Take(_engine, parameters, Transposed(x), dy, input);

    // In memory that the next transpose takes.
    private Matrix<T> Transposed(Matrix<T> x)
    {
        var transposed = _transposed.Block(0, 1, 0, x.Rows * x.Columns).Reshape(x.Columns, x.Rows);
        Transpose.Copy(_engine, x, transposed);
        return transposed;
    }

    // The latent variables reach the loss on two roads: through the sample into the decoder, and through the divergence. (1.7)
    private static void LatentBackward(VaeForward<T> forward, T klScale, Matrix<T> dLatent, Matrix<T> dMu, Matrix<T> dLogVar)
    {
        Reparameterization.Backward(forward.LogVar, forward.Noise, dLatent, dMu, dLogVar); // (8.7)
        GaussianKl.Backward(forward.Mu, forward.LogVar, klScale, dMu, dLogVar); // (8.8)
        LogVarianceClamp.Backward(forward.RawLogVar, dLogVar, dLogVar); // (8.9)
    }

    // The same, but the second road is closed to dimensions whose divergence is free.
    private void LatentBackwardWithFreeBits(VaeForward<T> forward, T klScale, Matrix<T> dLatent, Matrix<T> dMu, Matrix<T> dLogVar)
    {
        Reparameterization.Backward(forward.LogVar, forward.Noise, dLatent, dMu, dLogVar); // (8.7)
        FreeBits.Forward(forward.Mu, forward.LogVar, _divergences.RowBlock(0, forward.Count), _dimensionKl); // (18.2)
        FreeBits.Backward(forward.Mu, forward.LogVar, _dimensionKl, _freeBits, klScale, dMu, dLogVar); // (18.4)
        LogVarianceClamp.Backward(forward.RawLogVar, dLogVar, dLogVar); // (8.9)
    }
}
