// From bytes to numbers in [0, 1].

using System.Runtime.CompilerServices;
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
        var whole = Vector256.Create(255f);
        var i = 0;
        for (; i + Vector128<byte>.Count <= x.Length; i += Vector128<byte>.Count)
        {
            var words = Vector256.WidenLower(Vector128.Create(x[i..]).ToVector256());
            var (low, high) = Vector256.Widen(words);
            (Vector256.ConvertToSingle(low.AsInt32()) / whole).CopyTo(y[i..]);
            (Vector256.ConvertToSingle(high.AsInt32()) / whole).CopyTo(y[(i + Vector256<float>.Count)..]);
        }

        for (; i < x.Length; i++) y[i] = x[i] / 255f;
    }
}
