// What becomes of the parameters' gradients: kept to be looked at, or used up on the spot.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Takes the gradients of a backward pass, layer by layer; it may change a layer's parameters at once.</summary>
public interface IGradientSink<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Takes the gradients of a layer: dW = xᵀ·dy, and db = dy summed over the batch.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="layer">The layer, its weights contiguous; its parameters are not needed any more in this pass.</param>
    /// <param name="xTransposed">Its input, transposed, <c>[in, n]</c>; valid during the call.</param>
    /// <param name="dy">The gradient of its output, <c>[n, out]</c>.</param>
    /// <param name="input">Whether many numbers of its input may be zero.</param>
    /// <exception cref="ArgumentException">The weights are only some columns of a matrix.</exception>
    void Take(Engine engine, DenseParameters<T> layer, Matrix<T> xTransposed, Matrix<T> dy, LeftOperand input);
}

/// <summary>Keeps all gradients in memory, each under its tensor's name: the plain way, and the one that is checked.</summary>
/// <param name="gradients">Receives them.</param>
public readonly struct StoredGradients<T>(VaeParameters<T> gradients) : IGradientSink<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Take(Engine engine, DenseParameters<T> layer, Matrix<T> xTransposed, Matrix<T> dy, LeftOperand input)
    {
        if (!layer.Weight.IsContiguous)
            throw new ArgumentException($"The weights are {layer.Weight}, columns of a larger matrix; expected a whole layer, such as both heads together.", nameof(layer));
        Dense.BackwardParameters(engine, xTransposed, dy,
            gradients.At(layer.WeightOffset, layer.Weight.Rows, layer.Weight.Columns), gradients.At(layer.BiasOffset, 1, layer.Bias.Columns), input);
    }
}

/// <summary>Lets Adam change each layer while the rows of its gradient are being computed, so that no weight gradient is ever stored.</summary>
/// <remarks>The bits are those of storing all gradients and updating all parameters afterwards, as a test demands.</remarks>
/// <param name="adam">The optimiser, in the middle of a step.</param>
/// <param name="dBias">Scratch for a bias gradient: a row at least as long as the largest layer.</param>
public readonly struct AdamUpdates<T>(Adam<T> adam, Matrix<T> dBias) : IGradientSink<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Take(Engine engine, DenseParameters<T> layer, Matrix<T> xTransposed, Matrix<T> dy, LeftOperand input)
    {
        adam.UpdatePartWithProduct(engine, layer.Weight, layer.WeightOffset, xTransposed, dy, input);
        var gradient = dBias.FirstColumns(dy.Columns);
        Dense.BackwardBias(engine, dy, gradient);
        adam.UpdatePart(engine, layer.Bias, layer.BiasOffset, gradient);
    }
}
