// Keeps the encoder's log variance where its exponential is harmless. Inside that interval it does nothing.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The encoder's log variance, clamped to [-30, 20].</summary>
/// <remarks>
/// An unbounded log variance overflows to an infinite variance and then to NaN everywhere, a failure that several libraries have
/// met. exp(20) is finite in every product of the loss, and a standard deviation of exp(-15) is no noise at all.
/// </remarks>
public static class LogVarianceClamp
{
    /// <summary>The smallest log variance.</summary>
    public const int Lowest = -30;

    /// <summary>The largest log variance.</summary>
    public const int Highest = 20;

    // s = min(max(r, -30), 20), so ds/dr is 1 inside the interval and 0 outside (7.14).

    /// <summary>Effectively computes <c>logVar = min(max(raw, -30), 20)</c>. A NaN stays NaN.</summary>
    /// <param name="raw">Output of the encoder's head, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Receives the clamped values, same shape; not the input itself, which the backward pass needs.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Matrix<T> raw, Matrix<T> logVar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(raw.Rows, raw.Columns);
        TensorPrimitives.Max<T>(raw.Flat, T.CreateChecked(Lowest), logVar.Flat);
        TensorPrimitives.Min<T>(logVar.Flat, T.CreateChecked(Highest), logVar.Flat);
    }

    /// <summary>Effectively computes <c>dRaw = dLogVar where -30 &lt;= raw &lt;= 20, else 0</c>.</summary>
    /// <param name="raw">Output of the encoder's head, <c>[n, latent]</c>.</param>
    /// <param name="dLogVar">Gradient of the clamped values, same shape.</param>
    /// <param name="dRaw">Receives the gradient of the raw values, same shape; may be <paramref name="dLogVar"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Matrix<T> raw, Matrix<T> dLogVar, Matrix<T> dRaw) where T : unmanaged, IFloatingPointIeee754<T>
    {
        dLogVar.RequireShape(raw.Rows, raw.Columns);
        dRaw.RequireShape(raw.Rows, raw.Columns);
        VectorMap.Apply<T, Gate<T>>(raw.Flat, dLogVar.Flat, dRaw.Flat, default);
    }

    private readonly struct Gate<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> raw, Vector256<T> dLogVar) => dLogVar
            & Vector256.GreaterThanOrEqual(raw, Vector256.Create(T.CreateChecked(Lowest)))
            & Vector256.LessThanOrEqual(raw, Vector256.Create(T.CreateChecked(Highest)));
    }
}
