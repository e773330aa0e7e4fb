// The divergence with an allowance for each latent dimension: below it a dimension costs nothing more, so nothing presses it to the prior.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>Free bits: in place of the KL divergence, the sum over latent dimensions j of max(lambda, KL[j]), KL[j] being the mean over the batch.</summary>
/// <remarks>
/// Kingma et al., "Improved variational inference with inverse autoregressive flow", NeurIPS 2016, in the form they train with: the mean over the
/// minibatch is compared, not each image's divergence, and here each dimension is a group of its own. lambda is in nats.
/// On the calling thread, as <see cref="GaussianKl"/>.
/// </remarks>
public static class FreeBits
{
    // KL[j] = 1/n·sum over images i of KL[i, j] (18.2), and the loss has sum over j of max(lambda, KL[j]) (18.3). So
    //   dloss/dmu[i, j] = dKL[i, j]/dmu[i, j] / n where KL[j] >= lambda, else 0, and for logVar alike (18.4)

    /// <summary>Effectively computes <c>kl[j] = mean over i of -(1 + logVar[i, j] - mu[i, j]² - exp(logVar[i, j])) / 2</c>.</summary>
    /// <param name="mu">Means, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="divergences">Scratch: receives each image's divergence in each dimension, same shape.</param>
    /// <param name="kl">Receives the mean divergence of each dimension, <c>[1, latent]</c>, added up in the order of <see cref="FixedOrderSum"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Forward<T>(Matrix<T> mu, Matrix<T> logVar, Matrix<T> divergences, Matrix<T> kl) where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        divergences.RequireShape(mu.Rows, mu.Columns);
        kl.RequireShape(1, mu.Columns);
        VectorMap.Apply<T, GaussianKl.Divergence<T>>(mu.Flat, logVar.Flat, divergences.Flat, default);
        FixedOrderSum.OfColumns(divergences, 0, kl.Flat);
        foreach (ref var dimension in kl.Flat) dimension /= T.CreateChecked(mu.Rows);
    }

    /// <summary>Adds what <see cref="GaussianKl.Backward"/> adds, but only in dimensions whose mean divergence is at least the allowance.</summary>
    /// <param name="mu">Means, <c>[n, latent]</c>.</param>
    /// <param name="logVar">Log variances, same shape.</param>
    /// <param name="kl">The mean divergence of each dimension, <c>[1, latent]</c>, from the forward pass.</param>
    /// <param name="freeBits">lambda, the allowance of a dimension, in nats.</param>
    /// <param name="scale">The weight of one image's divergence in the loss: beta / n.</param>
    /// <param name="dMu">Gradient of the means, same shape; added to.</param>
    /// <param name="dLogVar">Gradient of the log variances, same shape; added to.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Backward<T>(Matrix<T> mu, Matrix<T> logVar, Matrix<T> kl, T freeBits, T scale, Matrix<T> dMu, Matrix<T> dLogVar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        logVar.RequireShape(mu.Rows, mu.Columns);
        kl.RequireShape(1, mu.Columns);
        dMu.RequireShape(mu.Rows, mu.Columns);
        dLogVar.RequireShape(mu.Rows, mu.Columns);
        for (var row = 0; row < mu.Rows; row++)
        {
            VectorMap.Apply(mu.Row(row), kl.Flat, dMu.Row(row), dMu.Row(row), new AddMuGradient<T>(freeBits, scale));
            VectorMap.Apply(logVar.Row(row), kl.Flat, dLogVar.Row(row), dLogVar.Row(row), new AddLogVarGradient<T>(freeBits, scale * T.CreateChecked(0.5)));
        }
    }

    // The weight of a dimension's gradient: scale, or 0 where the divergence is free.
    private static Vector256<T> Weight<T>(Vector256<T> kl, T freeBits, T scale) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector256.AndNot(Vector256.Create(scale), Vector256.LessThan(kl, Vector256.Create(freeBits)));

    private readonly struct AddMuGradient<T>(T freeBits, T scale) : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> mu, Vector256<T> kl, Vector256<T> dMu) => Fused.MultiplyAdd(mu, Weight(kl, freeBits, scale), dMu);
    }

    private readonly struct AddLogVarGradient<T>(T freeBits, T halfScale) : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> logVar, Vector256<T> kl, Vector256<T> dLogVar) =>
            Fused.MultiplyAdd(Exp.Invoke(logVar) - Vector256<T>.One, Weight(kl, freeBits, halfScale), dLogVar);
    }
}
