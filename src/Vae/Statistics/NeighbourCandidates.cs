// The few references that may be among a query's nearest, picked from the rows of a matrix product while these lie in cache.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>For each of n queries the references with the smallest keys, <c>|p|²/2 - q·p</c>, among all that were offered. (15.3)</summary>
/// <remarks>Different threads may offer to different queries at the same time.</remarks>
internal sealed class NeighbourCandidates
{
    private readonly float[] _keys;
    private readonly int[] _indices;

    /// <summary>No candidates: infinite keys, which every finite one displaces.</summary>
    /// <param name="queries">Queries, n.</param>
    /// <param name="kept">Candidates kept of each.</param>
    public NeighbourCandidates(int queries, int kept)
    {
        Kept = kept;
        (_keys, _indices) = (new float[checked(queries * kept)], new int[queries * kept]);
        _keys.AsSpan().Fill(float.PositiveInfinity);
    }

    /// <summary>Candidates kept of each query.</summary>
    public int Kept { get; }

    /// <summary>The candidates of a query, by ascending key, <c>[kept]</c>.</summary>
    public Span<int> Indices(int query) => _indices.AsSpan(query * Kept, Kept);

    /// <summary>The largest key kept of a query: that of none of the references it has lost is smaller.</summary>
    public float LargestKey(int query) => _keys[query * Kept + Kept - 1];

    /// <summary>Offers references that follow each other to one query. A NaN key is never taken.</summary>
    /// <param name="query">The query.</param>
    /// <param name="first">The number of the first reference.</param>
    /// <param name="halfSquares">|p|²/2 of each.</param>
    /// <param name="products">q·p of each.</param>
    // Nearly always no key of a vector is small enough: one subtraction, one comparison and one branch for eight references.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Offer(int query, int first, ReadOnlySpan<float> halfSquares, ReadOnlySpan<float> products)
    {
        var keys = _keys.AsSpan(query * Kept, Kept);
        var indices = Indices(query);
        var largest = Vector256.Create(keys[^1]);
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(products);
        var halves = MemoryMarshal.Cast<float, Vector256<float>>(halfSquares)[..vectors.Length];
        for (var i = 0; i < vectors.Length; i++)
        {
            var offered = halves[i] - vectors[i];
            if (!Vector256.LessThanAny(offered, largest)) continue;
            for (var lane = 0; lane < Vector256<float>.Count; lane++) Take(keys, indices, offered[lane], first + i * Vector256<float>.Count + lane);
            largest = Vector256.Create(keys[^1]);
        }

        for (var i = vectors.Length * Vector256<float>.Count; i < products.Length; i++) Take(keys, indices, halfSquares[i] - products[i], first + i);
    }

    private static void Take(Span<float> keys, Span<int> indices, float key, int index)
    {
        if (key < keys[^1]) Insert(keys, indices, key, index);
    }

    /// <summary>Inserts a key into an ascending list, behind those equal to it; the last one drops out.</summary>
    /// <param name="keys">The list.</param>
    /// <param name="indices">What belongs to its keys.</param>
    /// <param name="key">A key.</param>
    /// <param name="index">What belongs to it.</param>
    public static void Insert<T>(Span<T> keys, Span<int> indices, T key, int index) where T : IComparisonOperators<T, T, bool>
    {
        var place = keys.Length - 1;
        for (; place > 0 && keys[place - 1] > key; place--) (keys[place], indices[place]) = (keys[place - 1], indices[place - 1]);
        (keys[place], indices[place]) = (key, index);
    }
}
