// The natural logarithm. One method, its derivation above it.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>ln x with the same bits on every machine.</summary>
/// <remarks>In double precision, which serves gradient checks and the walkthrough, it is .NET's own: accurate, but its bits may differ.</remarks>
public static class Log
{
    // x = 2^n·m with sqrt(1/2) <= m < sqrt(2), so that ln x = n·ln 2 + ln m. With f = m - 1, which is exact,
    // ln m = f - f²/2 + f³·q(f), q of degree 7 found by Remez' exchange for the smallest relative error of ln m: 5.8e-9, a tenth
    // of a unit in the last place. n·ln 2 is added as a large exact part and a small rest (Cody and Waite 1980).
    //
    // Every step is an exactly rounded operation. Worst error over all positive floats: 0.90 units in the last place
    // (tests/Tensors/Elementwise/LogTests.cs counts it).
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Q0 = 0.3333333171f, Q1 = -0.2500082103f, Q2 = 0.2000122686f, Q3 = -0.1662335741f;
    private const float Q4 = 0.1420175828f, Q5 = -0.1316018211f, Q6 = 0.1276157519f, Q7 = -0.0763449489f;
    private const int SqrtHalfBits = 0x3F3504F3;
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>
    /// Effectively computes <c>ln x</c> in each lane: -infinity for 0, +infinity for +infinity, NaN for NaN and below 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke<T>(Vector256<T> x) where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? Single(x.AsSingle()).As<float, T>()
        : Vector256.Log(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Single(Vector256<float> x)
    {
        // Numbers below the normal range are brought into it first: times 2^23.
        var tiny = Vector256.LessThan(x, Vector256.Create(SmallestNormal));
        var normal = Vector256.ConditionalSelect(tiny, x * 8388608f, x);
        var shift = Vector256.ConditionalSelect(tiny, Vector256.Create(-23f), Vector256<float>.Zero);

        var bits = normal.AsInt32() - Vector256.Create(SqrtHalfBits);
        var exponent = Vector256.ShiftRightArithmetic(bits, 23);
        var m = (normal.AsInt32() - Vector256.ShiftLeft(exponent, 23)).AsSingle();
        var n = Vector256.ConvertToSingle(exponent) + shift;
        var f = m - Vector256<float>.One;

        var q = Vector256.FusedMultiplyAdd(Vector256.Create(Q7), f, Vector256.Create(Q6));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q5));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q4));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q3));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q2));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q1));
        q = Vector256.FusedMultiplyAdd(q, f, Vector256.Create(Q0));

        var square = f * f;
        var small = Vector256.FusedMultiplyAdd(q, square * f, n * Ln2Low);
        small = Vector256.FusedMultiplyAdd(square, Vector256.Create(-0.5f), small);
        var result = Vector256.FusedMultiplyAdd(n, Vector256.Create(Ln2High), small + f);

        result = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), result);
        result = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(float.NaN), result);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(float.PositiveInfinity)), result, x);
    }
}
