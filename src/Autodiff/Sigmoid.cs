// The logistic function, a vector at a time. It is no layer: its derivative comes in with the cross-entropy's, as r - x (5.7).

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The logistic function, r = 1 / (1 + e^-l), element by element.</summary>
public static class Sigmoid
{
    // e^-l overflows for large negative l. With e = e^-|l| in (0, 1]:  r = 1 / (1 + e) where l >= 0, else e / (1 + e) (5.10).

    /// <summary>Effectively computes <c>1 / (1 + e^-l)</c> in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke<T>(Vector256<T> l) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var e = Exp.Invoke(-Vector256.Abs(l));
        return Numerator(l, e) / (Vector256<T>.One + e);
    }

    /// <summary>What (5.10) divides by 1 + e: 1 where l is at least 0, else e = e^-|l|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<T> Numerator<T>(Vector256<T> l, Vector256<T> e) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(l, Vector256<T>.Zero), Vector256<T>.One, e);
}
