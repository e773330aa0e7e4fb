// Sums whose order of additions is written down once and holds on every machine.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>The sum of a row, added up in one fixed order.</summary>
/// <remarks>
/// Floating-point addition is not associative, so the order is part of the result. Here element i belongs to lane i mod L, with L = 8
/// for single and 4 for double precision; each lane adds its elements in order, starting at 0; the lanes are then added pairwise,
/// upper half to lower half, until one is left.
/// </remarks>
public static class FixedOrderSum
{
    /// <summary>Effectively computes <c>x[0] + x[1] + ...</c> in the order stated above.</summary>
    public static T Invoke<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var lanes = Vector256<T>.Zero;
        for (; x.Length >= Vector256<T>.Count; x = x[Vector256<T>.Count..]) lanes += Vector256.Create(x);
        if (x.Length > 0) lanes += VectorMap.Padded(x);

        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return Vector64<T>.Count == 2 ? two.GetElement(0) + two.GetElement(1) : two.GetElement(0);
    }
}
