// A sample from the encoder's Gaussian, written so that gradients pass through it. It draws nothing: the noise is an input.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The reparameterization trick: z = mu + sigma·eps with eps from N(0, 1) and sigma = exp(logVar / 2).</summary>
/// <remarks>
/// All shapes are <c>[n, latent]</c>, rows one after another without gaps. Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014,
/// section 2.4 and equation (10).
/// </remarks>
public static class Reparameterization
{
    // z = mu + exp(logVar / 2)·eps (6.2), and eps does not depend on the parameters, so
    //   dL/dmu     = dL/dz                                                                         (6.5)
    //   dL/dlogVar = dL/dz · d(exp(logVar / 2)·eps)/dlogVar = dL/dz · eps · exp(logVar / 2) / 2    (6.6)

    /// <summary>Effectively computes <c>z = mu + exp(logVar / 2)·eps</c>.</summary>
    /// <param name="mu">Means, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="eps">Standard normal noise, same shape.</param>
    /// <param name="z">Receives the sample, same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Matrix<T> mu, Matrix<T> logVar, Matrix<T> eps, Matrix<T> z) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        eps.RequireShape(mu.Rows, mu.Columns);
        z.RequireShape(mu.Rows, mu.Columns);
        VectorMap.Apply<T, SampleMap<T>>(mu.Flat, logVar.Flat, eps.Flat, z.Flat, default);
    }

    /// <summary>Effectively computes <c>dMu = dz</c> and <c>dLogVar = dz·eps·exp(logVar / 2) / 2</c>.</summary>
    /// <param name="logVar">Log variances, <c>[n, latent]</c>.</param>
    /// <param name="eps">The noise of the forward pass, same shape.</param>
    /// <param name="dz">Gradient of the sample, same shape.</param>
    /// <param name="dMu">Receives the gradient of the means, same shape.</param>
    /// <param name="dLogVar">Receives the gradient of the log variances, same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Matrix<T> logVar, Matrix<T> eps, Matrix<T> dz, Matrix<T> dMu, Matrix<T> dLogVar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        eps.RequireShape(logVar.Rows, logVar.Columns);
        dz.RequireShape(logVar.Rows, logVar.Columns);
        dMu.RequireShape(logVar.Rows, logVar.Columns);
        dLogVar.RequireShape(logVar.Rows, logVar.Columns);
        dz.Flat.CopyTo(dMu.Flat);
        VectorMap.Apply<T, LogVarGradient<T>>(logVar.Flat, eps.Flat, dz.Flat, dLogVar.Flat, default);
    }

    private static Vector256<T> Half<T>() where T : unmanaged, IFloatingPointIeee754<T> => Vector256.Create(T.CreateChecked(0.5));

    private readonly struct SampleMap<T> : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> mu, Vector256<T> logVar, Vector256<T> eps) => Fused.MultiplyAdd(Exp.Invoke(logVar * Half<T>()), eps, mu);
    }

    private readonly struct LogVarGradient<T> : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> logVar, Vector256<T> eps, Vector256<T> dz) => dz * eps * (Exp.Invoke(logVar * Half<T>()) * Half<T>());
    }
}
