// The divergence of the encoder's Gaussian from the standard normal prior, in closed form: no sample is drawn.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The Kullback-Leibler divergence KL(N(mu, sigma²) || N(0, 1)), summed over the latent dimensions, in nats.</summary>
/// <remarks>On the calling thread: [n, latent] numbers are too few to share. Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix B.</remarks>
public static class GaussianKl
{
    // KL = E_q[ln q(z) - ln p(z)] with q = N(mu, sigma²), p = N(0, 1), and s = logVar = ln sigma² (7.1):
    //   E_q[ln q] = -(ln 2π + s + 1) / 2                                                                             (7.5)
    //   E_q[ln p] = -(ln 2π + mu² + sigma²) / 2                                                                      (7.7)
    //   KL        = -(1 + s - mu² - e^s) / 2          for each latent dimension (7.8); dimensions are independent and add up (7.3)
    // and so
    //   dKL/dmu = mu (7.10)                dKL/ds = (e^s - 1) / 2 (7.11)

    /// <summary>Effectively computes <c>kl[i] = sum over j of -(1 + logVar[i, j] - mu[i, j]² - exp(logVar[i, j])) / 2</c>.</summary>
    /// <param name="mu">Means, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="kl">Receives the divergence of each image, <c>[n]</c>, added up in the order of <see cref="FixedOrderSum"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Matrix<T> mu, Matrix<T> logVar, Span<T> kl) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        if (kl.Length != mu.Rows) throw new ArgumentException($"There is room for {kl.Length} divergences of {mu.Rows} images.", nameof(kl));
        for (var row = 0; row < mu.Rows; row++) kl[row] = FixedOrderSum.OfMap<T, Divergence<T>>(mu.Row(row), logVar.Row(row), default);
    }

    /// <summary>Adds <c>scale·mu</c> to dMu and <c>scale·(exp(logVar) - 1) / 2</c> to dLogVar.</summary>
    /// <param name="mu">Means, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="scale">The weight of one image's divergence in the loss: beta / n (7.13).</param>
    /// <param name="dMu">Gradient of the means, same shape; added to.</param>
    /// <param name="dLogVar">Gradient of the log variances, same shape; added to.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Matrix<T> mu, Matrix<T> logVar, T scale, Matrix<T> dMu, Matrix<T> dLogVar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        dMu.RequireShape(mu.Rows, mu.Columns);
        dLogVar.RequireShape(mu.Rows, mu.Columns);
        var halfScale = scale * T.CreateChecked(0.5);
        TensorPrimitives.FusedMultiplyAdd<T>(mu.Flat, scale, dMu.Flat, dMu.Flat);
        VectorMap.Apply(logVar.Flat, dLogVar.Flat, dLogVar.Flat, new AddLogVarGradient<T>(halfScale));
    }

    internal readonly struct Divergence<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> mu, Vector256<T> logVar) =>
            Vector256.Create(T.CreateChecked(0.5)) * (Fused.MultiplyAdd(mu, mu, Exp.Invoke(logVar)) - (Vector256<T>.One + logVar));
    }

    private readonly struct AddLogVarGradient<T>(T halfScale) : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> logVar, Vector256<T> dLogVar) =>
            Fused.MultiplyAdd(Exp.Invoke(logVar) - Vector256<T>.One, Vector256.Create(halfScale), dLogVar);
    }
}
