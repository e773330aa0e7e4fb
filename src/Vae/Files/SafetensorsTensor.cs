// One named tensor of a safetensors file.
using System.Collections.Immutable;
using System.Text;

namespace VaeFromScratch.Vae.Files;

/// <summary>A named tensor of 32-bit floats in row-major order (the last index varies fastest), as a safetensors file holds it.</summary>
public sealed class SafetensorsTensor
{
    /// <summary>The most dimensions a tensor may have.</summary>
    public const int MaxRank = 8;

    /// <summary>Names <paramref name="data"/>, which is not copied.</summary>
    /// <param name="name">Such as <c>encoder.hidden.weight</c>; not empty, nor <c>__metadata__</c>, which the format reserves.</param>
    /// <param name="shape">The dimensions, outermost first: none for a scalar, zero for an empty one.</param>
    /// <param name="data">The elements, as many as the product of <paramref name="shape"/>.</param>
    /// <exception cref="ArgumentException">The name or shape is not allowed, or the shape does not fit the data.</exception>
    public SafetensorsTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == SafetensorsHeader.MetadataKey) throw new ArgumentException($"A tensor cannot be named {name}.", nameof(name));
        if (shape.Length > MaxRank)
        {
            throw new ArgumentException($"Tensor '{name}' has {shape.Length} dimensions, more than {MaxRank}.", nameof(shape));
        }

        if (!TryCount(shape, out int count) || count != data.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has shape {Format(shape)}, but {data.Length} elements.", nameof(shape));
        }

        Name = name;
        Shape = [.. shape];
        Data = data;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The elements in row-major order.</summary>
    public ReadOnlyMemory<float> Data { get; }

    // The number of elements, where an array can hold them. A zero counts last: [0, huge, huge] is refused like [huge, huge, 0].
    internal static bool TryCount(ReadOnlySpan<int> shape, out int count)
    {
        count = 0;
        long product = 1;
        bool empty = false;
        foreach (int dimension in shape)
        {
            if (dimension < 0) return false;
            empty |= dimension == 0;
            // At most 2^31 times 2^31: the product cannot leave a long before the check.
            product *= Math.Max(dimension, 1);
            if (product > Array.MaxLength) return false;
        }

        count = empty ? 0 : (int)product;
        return true;
    }

    // As the header writes a shape: [784, 400].
    internal static string Format(ReadOnlySpan<int> shape)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < shape.Length; i++) text.Append(i == 0 ? "" : ", ").Append(shape[i]);
        return text.Append(']').ToString();
    }
}
