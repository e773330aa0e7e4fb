// From bytes to numbers in [0, 1].

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>Converts grey values 0..255 to numbers in [0, 1].</summary>
public static class UnitInterval
{
    /// <summary>Effectively computes <c>y[i] = x[i] / 255</c>, each exactly rounded.</summary>
    /// <param name="x">Grey values.</param>
    /// <param name="y">Destination, same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromBytes(ReadOnlySpan<byte> x, Span<float> y)
    {
        if (x.Length != y.Length) throw new ArgumentException(FormattableString.Invariant($"{x.Length} bytes for {y.Length} numbers."), nameof(y));
        ref readonly var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var whole = x.Length / Vector128<byte>.Count * Vector128<byte>.Count;
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector128<byte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.LoadUnsafe(in from, i).ToVector256()));
            DividedBy255(Vector256.ConvertToSingle(low.AsInt32())).StoreUnsafe(ref to, i);
            DividedBy255(Vector256.ConvertToSingle(high.AsInt32())).StoreUnsafe(ref to, i + (nuint)Vector256<float>.Count);
        }

        for (var i = whole; i < x.Length; i++) y[i] = x[i] / 255f;
    }

    // A product with the reciprocal, and its remainder once more, instead of a division, which takes twice as long. For the 256 numbers there are
    // the result is the exactly rounded quotient, as a test counts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> DividedBy255(Vector256<float> x)
    {
        var reciprocal = Vector256.Create(1 / 255f);
        var quotient = x * reciprocal;
        var remainder = Vector256.FusedMultiplyAdd(-quotient, Vector256.Create(255f), x);
        return Vector256.FusedMultiplyAdd(remainder, reciprocal, quotient);
    }
}
