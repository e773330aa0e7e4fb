// The divergence of the encoder's Gaussian from the prior.

using System.Numerics;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The Kullback-Leibler divergence KL(N(mu, sigma²) || N(0, 1)), summed over the latent dimensions, in nats.</summary>
/// <remarks>Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix B.</remarks>
public static class GaussianKl
{
    // KL = E_q[ln q(z) - ln p(z)] with q = N(mu, sigma²), p = N(0, 1), and s = logVar = ln sigma²:
    //   E_q[ln q] = -(ln 2π + s + 1) / 2
    //   E_q[ln p] = -(ln 2π + mu² + sigma²) / 2
    //   KL        = -(1 + s - mu² - e^s) / 2          for each latent dimension; dimensions are independent and add up
    // and so
    //   dKL/dmu = mu                dKL/ds = (e^s - 1) / 2

    /// <summary>Effectively computes <c>kl[i] = sum over j of -(1 + logVar[j, i] - mu[j, i]² - exp(logVar[j, i])) / 2</c>.</summary>
    /// <param name="mu">Means, <c>[latent, n]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="kl">Receives the divergence of each image, n numbers; latent dimensions are added in order.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Matrix<T> mu, Matrix<T> logVar, Span<T> kl) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        if (kl.Length != mu.Columns) throw new ArgumentException($"There is room for {kl.Length} divergences of {mu.Columns} images.", nameof(kl));
        kl.Clear();
        var half = Vector256.Create(T.CreateChecked(0.5));
        for (var row = 0; row < mu.Rows; row++)
        {
            Span<T> mean = mu.Row(row), s = logVar.Row(row);
            for (var i = 0; i < mean.Length; i += Vector256<T>.Count)
            {
                var (m, logVariance) = (Lanes.Load<T>(mean, i), Lanes.Load<T>(s, i));
                var twice = Fused.MultiplyAdd(m, m, Exp.Invoke(logVariance)) - (Vector256<T>.One + logVariance);
                Lanes.Store(Fused.MultiplyAdd(twice, half, Lanes.Load<T>(kl, i)), kl, i);
            }
        }
    }

    /// <summary>Adds <c>scale·mu</c> to dMu and <c>scale·(exp(logVar) - 1) / 2</c> to dLogVar.</summary>
    /// <param name="mu">Means, <c>[latent, n]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="scale">The weight of one image's divergence in the loss: beta / n.</param>
    /// <param name="dMu">Gradient of the means, same shape; added to.</param>
    /// <param name="dLogVar">Gradient of the log variances, same shape; added to.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Matrix<T> mu, Matrix<T> logVar, T scale, Matrix<T> dMu, Matrix<T> dLogVar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        dMu.RequireShape(mu.Rows, mu.Columns);
        dLogVar.RequireShape(mu.Rows, mu.Columns);
        var (whole, half) = (Vector256.Create(scale), Vector256.Create(scale * T.CreateChecked(0.5)));
        for (var row = 0; row < mu.Rows; row++)
        {
            Span<T> mean = mu.Row(row), s = logVar.Row(row), forMu = dMu.Row(row), forLogVar = dLogVar.Row(row);
            for (var i = 0; i < mean.Length; i += Vector256<T>.Count)
            {
                var excess = Exp.Invoke(Lanes.Load<T>(s, i)) - Vector256<T>.One;
                Lanes.Store(Fused.MultiplyAdd(Lanes.Load<T>(mean, i), whole, Lanes.Load<T>(forMu, i)), forMu, i);
                Lanes.Store(Fused.MultiplyAdd(excess, half, Lanes.Load<T>(forLogVar, i)), forLogVar, i);
            }
        }
    }
}
