// The reconstruction loss of Gaussian features whose variance is not chosen but computed: the best one there is. A sum over pixels, never a mean.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>What the mean of a Gaussian is of the decoder's output l.</summary>
public enum GaussianMean
{
    /// <summary>r = sigmoid(l), for pixels: they lie in [0, 1], many of them at its ends, and so does then every reconstruction.</summary>
    Sigmoid,

    /// <summary>r = l, for standardised features, which lie anywhere.</summary>
    Identity,
}

/// <summary>The negative log density of pixels or features x under N(r, variance), in nats, at the variance that makes it least.</summary>
/// <remarks>
/// Rybkin, Daniilidis and Levine, "Simple and effective VAE training with calibrated decoders", ICML 2021: the optimal sigma-VAE. In training all
/// pixels of the batch share one variance; a single image, as scores need it, has its own, so that its loss depends on no other image.
/// </remarks>
public static class GaussianLikelihood
{
    // With SSE[i] = sum over pixels of (x - r)², D pixels and variance v (18.11):
    //   loss[i] = D/2·ln(2πv) + SSE[i] / 2v
    // The sum over n images is least at v = sum of SSE[i] / nD, their mean squared error (18.12), where it is nD/2·(ln(2πv) + 1) (18.13).
    // Its gradient may take v for a constant: that of the loss by v is 0 there (18.14). With dr/dl = r·(1 - r), or 1 where r = l,
    //   dloss/dl = (r - x)·r·(1 - r) / v (18.15)

    /// <summary>The least variance: a perfect reconstruction would have an infinite density. Its root is a quarter of a grey level of 8 bits.</summary>
    public const double LeastVariance = 1e-6;

    private const int OperationsPerPixel = 12;

    /// <summary>Computes r and each image's loss at the variance that is best for all images together.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="r">Receives the reconstruction, same shape; may be the logits.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>.</param>
    /// <param name="mean">What r is of the logits.</param>
    /// <returns>The variance.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static T Forward<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> loss, GaussianMean mean = GaussianMean.Sigmoid)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SumSquares(engine, logits, x, r, loss, mean);
        // In double precision and in the order of the batch.
        var sum = 0.0;
        foreach (var squares in loss.Flat) sum += double.CreateChecked(squares);
        var variance = Variance(T.CreateChecked(sum / ((double)x.Rows * x.Columns))); // (18.12)
        foreach (ref var image in loss.Flat) image = Loss(image, variance, x.Columns);
        return variance;
    }

    /// <summary>Computes r and each image's loss at the variance that is best for this image.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="r">Receives the reconstruction, same shape; may be the logits.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>; it grows with the image's squared error.</param>
    /// <param name="mean">What r is of the logits.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void ForwardImageByImage<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> loss, GaussianMean mean = GaussianMean.Sigmoid)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SumSquares(engine, logits, x, r, loss, mean);
        foreach (ref var image in loss.Flat) image = Loss(image, Variance(image / T.CreateChecked(x.Columns)), x.Columns);
    }

    /// <summary>Effectively computes <c>dLogits = scale·(r - x)·r·(1 - r) / variance</c>, for the identity <c>scale·(r - x) / variance</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Pixels, <c>[n, features]</c>.</param>
    /// <param name="r">Reconstruction from the forward pass, same shape.</param>
    /// <param name="variance">What <see cref="Forward"/> returned.</param>
    /// <param name="scale">The weight of one image's loss in the whole: 1 / n.</param>
    /// <param name="dLogits">Receives the gradient of the logits, same shape; may be <paramref name="r"/>.</param>
    /// <param name="mean">What r is of the logits.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Engine engine, Matrix<T> x, Matrix<T> r, T variance, T scale, Matrix<T> dLogits, GaussianMean mean = GaussianMean.Sigmoid)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        r.RequireShape(x.Rows, x.Columns);
        dLogits.RequireShape(x.Rows, x.Columns);
        engine.ForRows(x.Rows, 2 * x.Columns, new BackwardBody<T>(x, r, scale / variance, dLogits, mean));
    }

    /// <summary><see cref="Forward"/> and <see cref="Backward"/> one after the other; r is not kept.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="scale">The weight of one image's loss in the whole: 1 / n.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>.</param>
    /// <param name="dLogits">Receives the gradient of the logits, same shape; may be the logits.</param>
    /// <param name="mean">What r is of the logits.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void ForwardAndBackward<T>(
        Engine engine, Matrix<T> logits, Matrix<T> x, T scale, Matrix<T> loss, Matrix<T> dLogits, GaussianMean mean = GaussianMean.Sigmoid)
        where T : unmanaged, IFloatingPointIeee754<T> => Backward(engine, x, dLogits, Forward(engine, logits, x, dLogits, loss, mean), scale, dLogits, mean);

    private static void SumSquares<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> sums, GaussianMean mean)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        x.RequireShape(logits.Rows, logits.Columns);
        r.RequireShape(logits.Rows, logits.Columns);
        sums.RequireShape(1, logits.Rows);
        engine.ForRows(x.Rows, OperationsPerPixel * x.Columns, new SquaresBody<T>(logits, x, r, sums, mean));
    }

    // T.Max hands a NaN on.
    private static T Variance<T>(T meanSquaredError) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.Max(meanSquaredError, T.CreateChecked(LeastVariance));

    // (18.11)
    private static T Loss<T>(T squares, T variance, int pixels) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.CreateChecked(0.5) * (T.CreateChecked(pixels) * Log.Invoke(Vector256.Create(T.CreateChecked(2 * Math.PI) * variance))[0] + squares / variance);

    private readonly struct SquaresBody<T>(Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> sums, GaussianMean mean) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                if (mean == GaussianMean.Sigmoid) VectorMap.Apply<T, SigmoidMean<T>>(logits.Row(row), r.Row(row), default);
                else logits.Row(row).CopyTo(r.Row(row));
                sums.Flat[row] = FixedOrderSum.OfMap<T, Square<T>>(x.Row(row), r.Row(row), default);
            }
        }
    }

    private readonly struct BackwardBody<T>(Matrix<T> x, Matrix<T> r, T weight, Matrix<T> dLogits, GaussianMean mean) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                if (mean == GaussianMean.Sigmoid) VectorMap.Apply(x.Row(row), r.Row(row), dLogits.Row(row), new SigmoidGradient<T>(weight));
                else VectorMap.Apply(x.Row(row), r.Row(row), dLogits.Row(row), new IdentityGradient<T>(weight));
            }
        }
    }

    private readonly struct SigmoidMean<T> : IUnaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> l) => Sigmoid.Invoke(l);
    }

    private readonly struct Square<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r) => (x - r) * (x - r);
    }

    // (18.15)
    private readonly struct SigmoidGradient<T>(T weight) : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r) => (r - x) * (r * (Vector256<T>.One - r)) * Vector256.Create(weight);
    }

    private readonly struct IdentityGradient<T>(T weight) : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r) => (r - x) * Vector256.Create(weight);
    }
}
