// The backward pass: from the losses back to the gradient of every parameter.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The gradients of the beta-VAE loss, L = mean over the batch of (cross-entropy + beta·KL).</summary>
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
    private readonly Matrix<T> _dHeads, _dLatent, _transposed;

    /// <summary>Takes memory for batches of up to <paramref name="capacity"/> images.</summary>
    public VaeBackward(Engine engine, VaeParameters<T> parameters, int capacity)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_engine, _parameters) = (engine, parameters);
        var architecture = parameters.Architecture;
        _dEncoderHidden = [.. architecture.Hidden.Select(size => new Matrix<T>(size, capacity))];
        _dDecoderHidden = [.. architecture.Hidden.Reverse().Select(size => new Matrix<T>(size, capacity))];
        _dHeads = new Matrix<T>(2 * architecture.Latent, capacity);
        _dLatent = new Matrix<T>(architecture.Latent, capacity);
        _transposed = new Matrix<T>(1, checked(capacity * Math.Max(architecture.Hidden.Max(), architecture.Latent)));
    }

    /// <summary>Computes the gradient of every parameter, layer by layer from the output to the input.</summary>
    /// <param name="forward">The finished forward pass; its reconstruction is overwritten by the gradient of the logits.</param>
    /// <param name="inputTransposed">The batch with one image a row, <c>[n, features]</c>.</param>
    /// <param name="beta">Weight of the KL divergence.</param>
    /// <param name="sink">Receives each layer's gradient, in factors, once nothing more is asked of the layer's parameters.</param>
    public void Run<TSink>(VaeForward<T> forward, Matrix<T> inputTransposed, T beta, TSink sink) where TSink : struct, IGradientSink<T>
    {
        ArgumentNullException.ThrowIfNull(forward);
        var n = forward.Count;
        var perImage = T.One / T.CreateChecked(n);

        var dLogits = forward.Reconstruction;
        BernoulliCrossEntropy.Backward(_engine, forward.Input, forward.Reconstruction, perImage, dLogits);

        var dy = dLogits;
        for (var layer = _dDecoderHidden.Length; layer >= 1; layer--)
        {
            var hidden = forward.DecoderHidden(layer - 1);
            var dHidden = _dDecoderHidden[layer - 1].FirstColumns(n);
            DenseBackward(_parameters.Decoder[layer], hidden, dy, dHidden, sink);
            Relu.Backward(_engine, hidden, dHidden, dHidden);
            dy = dHidden;
        }

        var dLatent = _dLatent.FirstColumns(n);
        DenseBackward(_parameters.Decoder[0], forward.Latent, dy, dLatent, sink);

        var dHeads = _dHeads.FirstColumns(n);
        LatentBackward(forward, beta * perImage, dLatent, dHeads);

        dy = dHeads;
        var parameters = _parameters.Heads;
        for (var layer = _dEncoderHidden.Length - 1; layer >= 0; layer--)
        {
            var hidden = forward.EncoderHidden(layer);
            var dHidden = _dEncoderHidden[layer].FirstColumns(n);
            DenseBackward(parameters, hidden, dy, dHidden, sink);
            Relu.Backward(_engine, hidden, dHidden, dHidden);
            dy = dHidden;
            parameters = _parameters.Encoder[layer];
        }

        // Nobody asks for the gradient of the image, so the first layer has two products, not three.
        sink.Take(_engine, parameters, inputTransposed, dy);
    }

    // The parameters last: a sink may change them, and the gradient of the input is that of the parameters of the forward pass.
    private void DenseBackward<TSink>(DenseParameters<T> parameters, Matrix<T> x, Matrix<T> dy, Matrix<T> dx, TSink sink)
        where TSink : struct, IGradientSink<T>
    {
        Dense.BackwardInput(_engine, parameters.Weight, dy, dx);
        sink.Take(_engine, parameters, Transposed(x), dy);
    }

    // The latent variables reach the loss on two roads: through the sample into the decoder, and through the divergence.
    private static void LatentBackward(VaeForward<T> forward, T klScale, Matrix<T> dLatent, Matrix<T> dHeads)
    {
        var latent = dLatent.Rows;
        var (dMu, dLogVar) = (dHeads.RowBlock(0, latent), dHeads.RowBlock(latent, latent));
        Reparameterization.Backward(forward.LogVar, forward.Noise, dLatent, dMu, dLogVar);
        GaussianKl.Backward(forward.Mu, forward.LogVar, klScale, dMu, dLogVar);
        LogVarianceClamp.Backward(forward.RawLogVar, dLogVar, dLogVar);
    }

    private Matrix<T> Transposed(Matrix<T> x)
    {
        var transposed = _transposed.Block(0, 1, 0, x.Rows * x.Columns).Reshape(x.Columns, x.Rows);
        Transpose.Copy(_engine, x, transposed);
        return transposed;
    }
}
