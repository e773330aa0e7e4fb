// Sums whose order of additions is written down once and holds on every machine.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>Sums of rows and of columns, added up in one fixed order.</summary>
/// <remarks>
/// Floating-point addition is not associative, so the order is part of the result. Here element i belongs to lane i mod L, with L = 8
/// for single and 4 for double precision; each lane adds its elements in order, starting at 0; the lanes are then added pairwise,
/// upper half to lower half, until one is left. (12.12)
/// </remarks>
public static class FixedOrderSum
{
    private const int VectorsAtOnce = 4;

    /// <summary>Effectively computes <c>f(a[0], b[0]) + f(a[1], b[1]) + ...</c> in the order stated above.</summary>
    /// <param name="a">Numbers.</param>
    /// <param name="b">As many.</param>
    /// <param name="f">The function.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static T OfMap<T, TMap>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, TMap f)
        where T : unmanaged, INumberBase<T> where TMap : struct, IBinaryMap<T>
    {
        if (a.Length != b.Length) throw new ArgumentException(FormattableString.Invariant($"There are {a.Length} and {b.Length} numbers; expected as many."));
        var whole = a.Length / Vector256<T>.Count * Vector256<T>.Count;
        var lanes = WholeVectorsOfMap(a[..whole], b[..whole], f);
        if (whole < a.Length) lanes += RestOfMap(a[whole..], b[whole..], f);
        return OfLanes(lanes);
    }

    // Apart, so that no call is in the method: around one, even behind the loop, the compiler keeps the sum on the stack, and each addition waits for
    // it to go there and back.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector256<T> WholeVectorsOfMap<T, TMap>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, TMap f)
        where T : unmanaged, INumberBase<T> where TMap : struct, IBinaryMap<T>
    {
        var lanes = Vector256<T>.Zero;
        ref readonly T firstA = ref MemoryMarshal.GetReference(a), firstB = ref MemoryMarshal.GetReference(b);
        for (nuint i = 0; i < (nuint)a.Length; i += (nuint)Vector256<T>.Count)
            lanes += f.Invoke(Vector256.LoadUnsafe(in firstA, i), Vector256.LoadUnsafe(in firstB, i));
        return lanes;
    }

    // The last few, in a vector of their own whose other lanes add nothing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<T> RestOfMap<T, TMap>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, TMap f)
        where T : unmanaged, INumberBase<T> where TMap : struct, IBinaryMap<T>
    {
        Span<T> rest = stackalloc T[Vector256<T>.Count];
        f.Invoke(VectorMap.Padded(a), VectorMap.Padded(b)).CopyTo(rest);
        rest[a.Length..].Clear();
        return Vector256.Create<T>(rest);
    }

    /// <summary>Effectively computes the sum of a vector's lanes: pairwise, upper half to lower half, until one is left.</summary>
    public static T OfLanes<T>(Vector256<T> lanes) where T : unmanaged, INumberBase<T>
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return Vector64<T>.Count == 2 ? two.GetElement(0) + two.GetElement(1) : two.GetElement(0);
    }

    /// <summary>Effectively computes <c>sums[j] = x[0, j] + x[1, j] + ...</c>, the elements of each column in the order stated above.</summary>
    /// <param name="x">Numbers, <c>[rows, columns]</c>, rows side by side in memory.</param>
    /// <param name="first">First column to sum.</param>
    /// <param name="sums">Receives the sums of as many columns as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many columns.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfColumns<T>(Matrix<T> x, int first, Span<T> sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        x = x.Block(0, x.Rows, first, sums.Length);
        var j = 0;
        for (; j + VectorsAtOnce * Vector256<T>.Count <= sums.Length; j += VectorsAtOnce * Vector256<T>.Count) OfVectors(x, j, sums[j..]);
        for (; j + Vector256<T>.Count <= sums.Length; j += Vector256<T>.Count) OfVector(x, j).CopyTo(sums[j..]);
        for (; j < sums.Length; j++) sums[j] = OfColumn(x, j);
    }

    // Four vectors of columns side by side: whole cache lines are read once, and no addition waits for the one before it.
    private static void OfVectors<T>(Matrix<T> x, int column, Span<T> sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = Vector256<T>.Count;
        var width = (nuint)lanes;
        Span<Vector256<T>> sum = stackalloc Vector256<T>[VectorsAtOnce * lanes];
        for (var lane = 0; lane < lanes; lane++)
        {
            Vector256<T> s0 = Vector256<T>.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (var row = lane; row < x.Rows; row += lanes)
            {
                ref readonly T first = ref MemoryMarshal.GetReference(x.Row(row)[column..]);
                s0 += Vector256.LoadUnsafe(in first);
                s1 += Vector256.LoadUnsafe(in first, width);
                s2 += Vector256.LoadUnsafe(in first, 2 * width);
                s3 += Vector256.LoadUnsafe(in first, 3 * width);
            }

            (sum[lane], sum[lanes + lane], sum[2 * lanes + lane], sum[3 * lanes + lane]) = (s0, s1, s2, s3);
        }

        for (var vector = 0; vector < VectorsAtOnce; vector++) OfVectorLanes(sum.Slice(vector * lanes, lanes)).CopyTo(sums[(vector * lanes)..]);
    }

    private static Vector256<T> OfVector<T>(Matrix<T> x, int column) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<Vector256<T>> sum = stackalloc Vector256<T>[Vector256<T>.Count];
        for (var lane = 0; lane < sum.Length; lane++)
        {
            var s = Vector256<T>.Zero;
            for (var row = lane; row < x.Rows; row += sum.Length) s += Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(x.Row(row)), (nuint)column);
            sum[lane] = s;
        }

        return OfVectorLanes(sum);
    }

    private static Vector256<T> OfVectorLanes<T>(Span<Vector256<T>> sum) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var half = sum.Length / 2; half >= 1; half /= 2)
            for (var lane = 0; lane < half; lane++)
                sum[lane] += sum[lane + half];
        return sum[0];
    }

    private static T OfColumn<T>(Matrix<T> x, int column) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> sum = stackalloc T[Vector256<T>.Count];
        sum.Clear();
        for (var row = 0; row < x.Rows; row++) sum[row % sum.Length] += x[row, column];
        for (var half = sum.Length / 2; half >= 1; half /= 2)
            for (var lane = 0; lane < half; lane++)
                sum[lane] += sum[lane + half];
        return sum[0];
    }
}
