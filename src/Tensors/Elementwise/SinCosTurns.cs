// Sine and cosine of an angle counted in turns. One method, its derivation above it.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>sin(2πt) and cos(2πt) for t in [0, 1) with the same bits on every machine; normal random numbers are made with them.</summary>
public static class SinCosTurns
{
    // t = quarter/4 + s with |s| <= 1/8, which is exact. sin(2πs) = s·p(s²) and cos(2πs) = 1 + s²·q(s²) with p and q found by
    // Remez' exchange (relative error 3.2e-9 and 6.4e-11); whole quarters exchange the two and change their signs. (13.11)
    private const float P0 = 6.283185287f, P1 = -41.34166145f, P2 = 81.59235333f, P3 = -75.39355459f;
    private const float Q0 = -19.73920868f, Q1 = 64.93932185f, Q2 = -85.4432363f, Q3 = 59.22924417f;

    /// <summary>Effectively computes <c>(sin(2πt), cos(2πt))</c> in each lane.</summary>
    /// <param name="turns">Angles in turns, 0 &lt;= t &lt; 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Sin, Vector256<float> Cos) Invoke(Vector256<float> turns)
    {
        var quarters = Vector256.Round(turns * 4f);
        var s = Vector256.FusedMultiplyAdd(quarters, Vector256.Create(-0.25f), turns);
        var square = s * s;

        var p = Vector256.FusedMultiplyAdd(Vector256.Create(P3), square, Vector256.Create(P2));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(P1));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(P0));
        var sin = p * s;

        var q = Vector256.FusedMultiplyAdd(Vector256.Create(Q3), square, Vector256.Create(Q2));
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(Q1));
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(Q0));
        var cos = Vector256.FusedMultiplyAdd(q, square, Vector256<float>.One);

        var quarter = Vector256.ConvertToInt32(quarters);
        var odd = Vector256.Equals(quarter & Vector256<int>.One, Vector256<int>.One).AsSingle();
        var sinSign = Vector256.ShiftLeft(quarter & Vector256.Create(2), 30).AsSingle();
        var cosSign = Vector256.ShiftLeft((quarter + Vector256<int>.One) & Vector256.Create(2), 30).AsSingle();
        return (Vector256.ConditionalSelect(odd, cos, sin) ^ sinSign, Vector256.ConditionalSelect(odd, sin, cos) ^ cosSign);
    }
}
