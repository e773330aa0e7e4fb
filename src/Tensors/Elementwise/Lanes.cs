// Loading and storing eight numbers at a time, with the last few of a row handled like all the others.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>Reads and writes vectors in spans whose length need not be a multiple of the vector's.</summary>
/// <remarks>
/// Every hand-written element-wise operation of this project is one loop over <see cref="Vector256{T}"/>, on every machine: where
/// there are no 256-bit vectors, the compiler makes two narrower ones of each. A vector that reaches past the end of its span is
/// filled up with zeros when read and cut off when written, so that one expression serves for full vectors and for the rest.
/// </remarks>
public static class Lanes
{
    /// <summary>The elements of <paramref name="span"/> from <paramref name="index"/> on, zeros after its end.</summary>
    /// <param name="span">Numbers.</param>
    /// <param name="index">First element, inside the span.</param>
    public static Vector256<T> Load<T>(ReadOnlySpan<T> span, int index) where T : unmanaged, INumberBase<T>
    {
        var rest = span[index..];
        if (rest.Length >= Vector256<T>.Count) return Vector256.Create(rest);
        Span<T> padded = stackalloc T[Vector256<T>.Count];
        padded.Clear();
        rest.CopyTo(padded);
        return Vector256.Create<T>(padded);
    }

    /// <summary>Writes <paramref name="value"/> to <paramref name="span"/> from <paramref name="index"/> on, up to its end.</summary>
    /// <inheritdoc cref="Load"/>
    public static void Store<T>(Vector256<T> value, Span<T> span, int index) where T : unmanaged, INumberBase<T>
    {
        var rest = span[index..];
        if (rest.Length >= Vector256<T>.Count)
        {
            value.CopyTo(rest);
            return;
        }

        Span<T> padded = stackalloc T[Vector256<T>.Count];
        value.CopyTo(padded);
        padded[..rest.Length].CopyTo(rest);
    }
}
