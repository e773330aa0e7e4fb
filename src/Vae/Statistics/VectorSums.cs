// Sums over the elements of vectors, in one fixed order (12.12).

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Scalar products and squared distances, in the order of <see cref="FixedOrderSum"/>.</summary>
internal static class VectorSums
{
    /// <summary>Effectively computes <c>a[0]·b[0] + a[1]·b[1] + ...</c>.</summary>
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T> =>
        FixedOrderSum.OfMap<T, Product<T>>(a, b, default);

    /// <summary>Effectively computes <c>(a[0] - b[0])² + (a[1] - b[1])² + ...</c>.</summary>
    public static T SquaredDistance<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T> =>
        FixedOrderSum.OfMap<T, SquaredDifference<T>>(a, b, default);

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
