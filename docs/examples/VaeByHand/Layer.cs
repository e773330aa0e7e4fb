// A dense layer with all that belongs to it: parameters, their gradients, and what changes the ones by the others.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Examples;

/// <summary>The parameters of a dense layer, the gradients of the batch's mean loss by them, and an optimiser of each.</summary>
internal sealed class Layer
{
    private readonly Adam<float> _adamOfW, _adamOfB;

    /// <summary>A layer that knows nothing yet: uniform weights and biases (9.1), no step made.</summary>
    public Layer(int inputs, int outputs, double learningRate, RandomSequence forW, RandomSequence forB)
    {
        (W, B, DW, DB) = (new(inputs, outputs), new(1, outputs), new(inputs, outputs), new(1, outputs));
        LinearInitialization.Fill(W, inputs, forW);
        LinearInitialization.Fill(B, inputs, forB);
        _adamOfW = new Adam<float>(inputs * outputs, learningRate);
        _adamOfB = new Adam<float>(outputs, learningRate);
    }

    /// <summary>Weight, <c>[in, out]</c>.</summary>
    public Matrix<float> W { get; }

    /// <summary>Bias, <c>[1, out]</c>.</summary>
    public Matrix<float> B { get; }

    /// <summary>Gradient of the weight, <c>[in, out]</c>; written by the backward pass.</summary>
    public Matrix<float> DW { get; }

    /// <summary>Gradient of the bias, <c>[1, out]</c>; written by the backward pass.</summary>
    public Matrix<float> DB { get; }

    /// <summary>One step of Adam (9.13). It works number by number, so two optimisers do what one of all parameters would do.</summary>
    public void Update(Engine engine)
    {
        _adamOfW.Update(engine, W.Reshape(1, W.Rows * W.Columns), DW.Reshape(1, W.Rows * W.Columns));
        _adamOfB.Update(engine, B, DB);
    }
}
