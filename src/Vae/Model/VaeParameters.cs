// The numbers of a model, or their gradients: one vector, seen as the tensors of its layers.

using System.Collections.Immutable;
using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Weight and bias of a fully connected layer, or their gradients.</summary>
/// <param name="Weight">W, <c>[in, out]</c>.</param>
/// <param name="Bias">b, <c>[1, out]</c>.</param>
/// <param name="WeightOffset">Where the first number of W lies in the vector of all parameters.</param>
/// <param name="BiasOffset">Where the first number of b lies in the vector of all parameters.</param>
public readonly record struct DenseParameters<T>(Matrix<T> Weight, Matrix<T> Bias, int WeightOffset, int BiasOffset) where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>All parameters of a model as one vector, for the optimiser, and as tensors, for the layers and for files.</summary>
/// <remarks>An instance of its own holds the gradients, so that every tensor finds its gradient under the same name.</remarks>
public sealed class VaeParameters<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>All zeros.</summary>
    public VaeParameters(VaeArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Architecture = architecture;
        Vector = new Matrix<T>(1, architecture.ParameterCount);
        Tensors = [.. architecture.Tensors.Select(tensor =>
            At(tensor.Offset, tensor.Inputs, tensor.MatrixColumns).Block(0, tensor.Inputs, tensor.Column, tensor.Outputs))];

        var hidden = architecture.Hidden.Length;
        Encoder = [.. Enumerable.Range(0, hidden).Select(i => Layer(2 * i, 2 * i + 1))];
        // The order of VaeArchitecture: both heads' weights, then both biases.
        var heads = 2 * hidden;
        (Mu, LogVar) = (Layer(heads, heads + 2), Layer(heads + 1, heads + 3));
        Heads = new(At(Mu.WeightOffset, Mu.Weight.Rows, 2 * architecture.Latent), At(Mu.BiasOffset, 1, 2 * architecture.Latent), Mu.WeightOffset, Mu.BiasOffset);
        Decoder = [.. Enumerable.Range(0, hidden + 1).Select(i => Layer(heads + 4 + 2 * i, heads + 5 + 2 * i))];
    }

    /// <summary>Sizes and names.</summary>
    public VaeArchitecture Architecture { get; }

    /// <summary>All parameters, <c>[1, ParameterCount]</c>, gaps of zeros included.</summary>
    public Matrix<T> Vector { get; }

    /// <summary>The tensors, in the order of <see cref="VaeArchitecture.Tensors"/>.</summary>
    public ImmutableArray<Matrix<T>> Tensors { get; }

    /// <summary>The encoder's hidden layers, from the image inwards.</summary>
    public ImmutableArray<DenseParameters<T>> Encoder { get; }

    /// <summary>The head that gives the means: columns of <see cref="Heads"/>.</summary>
    public DenseParameters<T> Mu { get; }

    /// <summary>The head that gives the log variances: columns of <see cref="Heads"/>.</summary>
    public DenseParameters<T> LogVar { get; }

    /// <summary>Both heads as one layer, <see cref="Mu"/> and <see cref="LogVar"/> side by side: W is <c>[in, 2·latent]</c>.</summary>
    public DenseParameters<T> Heads { get; }

    /// <summary>The decoder's layers, from the latent space outwards; the last one gives the logits.</summary>
    public ImmutableArray<DenseParameters<T>> Decoder { get; }

    /// <summary>Draws new parameters by PyTorch's default initialisation.</summary>
    public void Initialize(ulong seed)
    {
        for (var i = 0; i < Tensors.Length; i++)
            LinearInitialization.Fill(Tensors[i], Architecture.Tensors[i].FanIn, new RandomSequence(seed, RandomPurpose.Weights, (uint)i));
    }

    private DenseParameters<T> Layer(int weight, int bias) =>
        new(Tensors[weight], Tensors[bias], Architecture.Tensors[weight].Place(0, 0), Architecture.Tensors[bias].Place(0, 0));

    /// <summary>The numbers from a place in the vector on, as a matrix.</summary>
    internal Matrix<T> At(int offset, int rows, int columns) => Vector.Block(0, 1, offset, rows * columns).Reshape(rows, columns);
}
