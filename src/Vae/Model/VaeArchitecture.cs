// What the model is made of: sizes, and the names, shapes and places of its parameters.

using System.Collections.Immutable;
using System.Globalization;

namespace VaeFromScratch.Vae;

/// <summary>One parameter tensor of the model.</summary>
/// <param name="Name">Its name, as in PyTorch: <c>encoder.0.weight</c>.</param>
/// <param name="Inputs">Rows: inputs of its layer; 1 for a bias.</param>
/// <param name="Outputs">Columns: outputs of its layer.</param>
/// <param name="IsBias">Whether it is a bias, stored in files with the shape <c>[out]</c>.</param>
/// <param name="FanIn">Inputs of its layer, by which it is initialised.</param>
/// <param name="Offset">Where the matrix that it belongs to begins in the vector of all parameters.</param>
/// <param name="Column">Its first column in that matrix: 0, but for the second of two tensors that share one.</param>
/// <param name="MatrixColumns">Columns of that matrix.</param>
public sealed record ParameterTensor(string Name, int Inputs, int Outputs, bool IsBias, int FanIn, int Offset, int Column, int MatrixColumns)
{
    /// <summary>The place of an element in the vector of all parameters.</summary>
    public int Place(int row, int column) => Offset + row * MatrixColumns + Column + column;
}

/// <summary>The layers of a variational autoencoder with a fully connected encoder and its mirror image as decoder.</summary>
/// <remarks>
/// <code>
/// x [features] - encoder.0 - ReLU - ... - h - mu, logvar [latent] - z - decoder.0 - ReLU - ... - decoder.2k - logits [features]
/// </code>
/// The numbers in the names are those that <c>torch.nn.Sequential</c> gives to linear layers with a ReLU after each.
/// </remarks>
public sealed class VaeArchitecture
{
    /// <summary>The most hidden layers on each side.</summary>
    public const int MaxHiddenLayers = 32;

    /// <summary>The largest layer.</summary>
    public const int MaxLayerSize = 1 << 16;

    /// <summary>The most parameters.</summary>
    public const int MaxParameters = 1 << 30;

    // Matrices begin on cache lines; the gaps hold zeros, which stay zeros.
    private const int OffsetMultiple = 16;

    /// <summary>Lays out a model.</summary>
    /// <param name="features">Pixels of an image.</param>
    /// <param name="hidden">Sizes of the encoder's hidden layers, from the image inwards; the decoder mirrors them.</param>
    /// <param name="latent">Latent dimensions.</param>
    /// <param name="likelihood">The decoder's distribution of a pixel.</param>
    /// <exception cref="ArgumentException">A size is not from 1 to <see cref="MaxLayerSize"/>, or there are no or too many hidden layers, or too many parameters.</exception>
    public VaeArchitecture(int features, IEnumerable<int> hidden, int latent, Likelihood likelihood = Likelihood.Bernoulli)
    {
        (Features, Hidden, Latent, Likelihood) = (features, [.. hidden], latent, likelihood);
        Require(features, "number of features");
        Require(latent, "latent size");
        foreach (var size in Hidden) Require(size, "size of a hidden layer");
        if (Hidden.Length is < 1 or > MaxHiddenLayers)
            throw new ArgumentException(FormattableString.Invariant($"There are {Hidden.Length} hidden layers; expected 1 to {MaxHiddenLayers}."));

        var tensors = ImmutableArray.CreateBuilder<ParameterTensor>();
        var fanIn = features;
        for (var i = 0; i < Hidden.Length; i++)
        {
            AddLayer(tensors, SequentialName("encoder", i), Hidden[i], fanIn);
            fanIn = Hidden[i];
        }

        // Side by side in one matrix, so that one product computes both heads. (3.11)
        Add(tensors, ["mu.weight", "logvar.weight"], fanIn, latent, false, fanIn);
        Add(tensors, ["mu.bias", "logvar.bias"], 1, latent, true, fanIn);

        fanIn = latent;
        for (var i = 0; i <= Hidden.Length; i++)
        {
            var size = i < Hidden.Length ? Hidden[^(i + 1)] : features;
            AddLayer(tensors, SequentialName("decoder", i), size, fanIn);
            fanIn = size;
        }

        Tensors = tensors.ToImmutable();
        ParameterCount = NextOffset(tensors);
    }

    /// <summary>Pixels of an image.</summary>
    public int Features { get; }

    /// <summary>Sizes of the encoder's hidden layers, from the image inwards.</summary>
    public ImmutableArray<int> Hidden { get; }

    /// <summary>Latent dimensions.</summary>
    public int Latent { get; }

    /// <summary>The decoder's distribution of a pixel; it has no parameters of its own.</summary>
    public Likelihood Likelihood { get; }

    /// <summary>All parameter tensors, in the order of files and of the parameter vector.</summary>
    public ImmutableArray<ParameterTensor> Tensors { get; }

    /// <summary>Length of the parameter vector, the gaps between tensors included.</summary>
    public int ParameterCount { get; }

    /// <summary>The sizes from image to image, as in <c>784-400-16-400-784</c>.</summary>
    public override string ToString() =>
        string.Join('-', new[] { Features }.Concat(Hidden).Append(Latent).Concat(Hidden.Reverse()).Append(Features)
            .Select(size => size.ToString(CultureInfo.InvariantCulture)));

    private static string SequentialName(string part, int layer) => FormattableString.Invariant($"{part}.{2 * layer}");

    private static void AddLayer(ImmutableArray<ParameterTensor>.Builder tensors, string name, int outputs, int inputs)
    {
        Add(tensors, [name + ".weight"], inputs, outputs, false, inputs);
        Add(tensors, [name + ".bias"], 1, outputs, true, inputs);
    }

    // Tensors of one shape, the columns of one matrix.
    private static void Add(ImmutableArray<ParameterTensor>.Builder tensors, ReadOnlySpan<string> names, int inputs, int outputs, bool isBias, int fanIn)
    {
        var offset = NextOffset(tensors);
        for (var i = 0; i < names.Length; i++)
            tensors.Add(new ParameterTensor(names[i], inputs, outputs, isBias, fanIn, offset, i * outputs, names.Length * outputs));
    }

    private static int NextOffset(ImmutableArray<ParameterTensor>.Builder tensors)
    {
        if (tensors.Count == 0) return 0;
        var last = tensors[^1];
        var end = (last.Offset + (long)last.Inputs * last.MatrixColumns + OffsetMultiple - 1) / OffsetMultiple * OffsetMultiple;
        return end <= MaxParameters
            ? (int)end
            : throw new ArgumentException(FormattableString.Invariant($"The model has more than {MaxParameters} parameters."));
    }

    private static void Require(int size, string what)
    {
        if (size is < 1 or > MaxLayerSize)
            throw new ArgumentException(FormattableString.Invariant($"The {what} is {size}; expected 1 to {MaxLayerSize}."));
    }
}
