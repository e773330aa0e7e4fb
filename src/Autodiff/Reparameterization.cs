// A sample from a Gaussian, written so that gradients pass through it.

using System.Numerics;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The reparameterization trick: z = mu + sigma·eps with eps from N(0, 1) and sigma = exp(logVar / 2).</summary>
/// <remarks>
/// All shapes are <c>[latent, n]</c>. Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, section 2.4, and
/// equation (10).
/// </remarks>
public static class Reparameterization
{
    // z = mu + exp(logVar / 2)·eps, and eps does not depend on the parameters, so
    //   dL/dmu     = dL/dz
    //   dL/dlogVar = dL/dz · d(exp(logVar / 2)·eps)/dlogVar = dL/dz · eps · exp(logVar / 2) / 2

    /// <summary>Effectively computes <c>z = mu + exp(logVar / 2)·eps</c>.</summary>
    /// <param name="mu">Means, <c>[latent, n]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="eps">Standard normal noise, same shape.</param>
    /// <param name="z">Receives the sample, same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Matrix<T> mu, Matrix<T> logVar, Matrix<T> eps, Matrix<T> z) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        eps.RequireShape(mu.Rows, mu.Columns);
        z.RequireShape(mu.Rows, mu.Columns);
        var half = Vector256.Create(T.CreateChecked(0.5));
        for (var row = 0; row < mu.Rows; row++)
        {
            Span<T> mean = mu.Row(row), s = logVar.Row(row), noise = eps.Row(row), sample = z.Row(row);
            for (var i = 0; i < mean.Length; i += Vector256<T>.Count)
            {
                var sigma = Exp.Invoke(Lanes.Load<T>(s, i) * half);
                Lanes.Store(Fused.MultiplyAdd(sigma, Lanes.Load<T>(noise, i), Lanes.Load<T>(mean, i)), sample, i);
            }
        }
    }

    /// <summary>Effectively computes <c>dMu = dz</c> and <c>dLogVar = dz·eps·exp(logVar / 2) / 2</c>.</summary>
    /// <param name="logVar">Log variances, <c>[latent, n]</c>.</param>
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
        var half = Vector256.Create(T.CreateChecked(0.5));
        for (var row = 0; row < logVar.Rows; row++)
        {
            Span<T> s = logVar.Row(row), noise = eps.Row(row), above = dz.Row(row), forLogVar = dLogVar.Row(row);
            above.CopyTo(dMu.Row(row));
            for (var i = 0; i < s.Length; i += Vector256<T>.Count)
            {
                var sigma = Exp.Invoke(Lanes.Load<T>(s, i) * half);
                Lanes.Store(Lanes.Load<T>(above, i) * Lanes.Load<T>(noise, i) * (sigma * half), forLogVar, i);
            }
        }
    }
}
