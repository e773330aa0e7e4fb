// A gradient sink that also remembers what reached each layer from behind.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Stores all gradients, and beside them the gradient of each layer's output, which the backward pass writes over.</summary>
/// <param name="gradients">Receives the gradients of the parameters.</param>
/// <param name="outputs">Receives the gradient of each layer's output, by the place of the layer's weights.</param>
internal readonly struct RecordedGradients(VaeParameters<double> gradients, Dictionary<int, Matrix<double>> outputs) : IGradientSink<double>
{
    public void Take(Engine engine, DenseParameters<double> layer, Matrix<double> xTransposed, Matrix<double> dy, LeftOperand input)
    {
        new StoredGradients<double>(gradients).Take(engine, layer, xTransposed, dy, input);
        var copy = new Matrix<double>(dy.Rows, dy.Columns);
        dy.CopyTo(copy);
        outputs[layer.WeightOffset] = copy;
    }
}
