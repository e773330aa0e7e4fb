// What a search for nearest neighbours has found.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>The k nearest references of each of n queries, the nearest first.</summary>
public sealed class Neighbours
{
    private readonly int[] _indices;

    internal Neighbours(int queries, int k) => (Distances, _indices) = (new Matrix<float>(queries, k), new int[checked(queries * k)]);

    /// <summary>The distances, ascending along a row, <c>[n, k]</c>.</summary>
    public Matrix<float> Distances { get; }

    /// <summary>Which references these are, as numbers of their rows, <c>[k]</c>; of two at one distance the lower number comes first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such query.</exception>
    public ReadOnlySpan<int> Indices(int query) => MutableIndices(query);

    internal Span<int> MutableIndices(int query)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)query, (uint)Distances.Rows, nameof(query));
        return _indices.AsSpan(query * Distances.Columns, Distances.Columns);
    }
}
