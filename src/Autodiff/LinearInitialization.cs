// How a linear layer's weights and biases begin: PyTorch's rule, and no other.

using System.Numerics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>PyTorch's default initialisation of a linear layer: uniform in ±1/sqrt(fanIn), weights and biases alike.</summary>
/// <remarks>
/// He et al., "Delving deep into rectifiers", ICCV 2015, equation (10), as <c>torch.nn.Linear.reset_parameters</c> applies it, with a
/// leaky slope of sqrt(5).
/// </remarks>
public static class LinearInitialization
{
    /// <summary>Fills a tensor with numbers uniform in [-1/sqrt(fanIn), 1/sqrt(fanIn)).</summary>
    /// <param name="tensor">A weight <c>[in, out]</c> or a bias <c>[1, out]</c>. The numbers are drawn in the order of PyTorch's <c>[out, in]</c>.</param>
    /// <param name="fanIn">Inputs of the layer, 1 or more.</param>
    /// <param name="random">Where the numbers come from; another sequence for each tensor.</param>
    public static void Fill<T>(Matrix<T> tensor, int fanIn, RandomSequence random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        var bound = 1 / MathF.Sqrt(fanIn); // (9.1)
        var numbers = new float[tensor.Rows * tensor.Columns];
        random.FillUniform(numbers);
        // Number i of [out, in] is W[k, o] with i = o·in + k (3.12).
        for (var i = 0; i < numbers.Length; i++)
            tensor[i % tensor.Rows, i / tensor.Rows] = T.CreateChecked(MathF.FusedMultiplyAdd(2 * bound, numbers[i], -bound));
    }
}
