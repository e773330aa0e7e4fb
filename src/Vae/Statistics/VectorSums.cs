// Sums over the elements of vectors, in one fixed order (12.12), and sums of vectors.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Scalar products and squared distances, in the order of <see cref="FixedOrderSum"/>, and multiples of vectors added to others.</summary>
internal static class VectorSums
{
    /// <summary>Effectively computes <c>a[0]·b[0] + a[1]·b[1] + ...</c>.</summary>
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T> =>
        FixedOrderSum.OfMap<T, Product<T>>(a, b, default);

    /// <summary>Effectively computes <c>(a[0] - b[0])² + (a[1] - b[1])² + ...</c>.</summary>
    public static T SquaredDistance<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T> =>
        FixedOrderSum.OfMap<T, SquaredDifference<T>>(a, b, default);

    /// <summary>Computes <c>sums[i] += factor·x[i]</c>, product and sum each rounded.</summary>
    /// <param name="sums">Numbers, <c>[n]</c>.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="x">As many numbers.</param>
    public static void AddMultiple(Span<double> sums, double factor, ReadOnlySpan<double> x)
    {
        var vectors = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        var multiplicands = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var multiplier = Vector256.Create(factor);
        for (var i = 0; i < vectors.Length; i++) vectors[i] += multiplier * multiplicands[i];
        for (var i = vectors.Length * Vector256<double>.Count; i < sums.Length; i++) sums[i] += factor * x[i];
    }

    private readonly struct Product<T> : IBinaryMap<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => a * b;
    }

    private readonly struct SquaredDifference<T> : IBinaryMap<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => (a - b) * (a - b);
    }
}
