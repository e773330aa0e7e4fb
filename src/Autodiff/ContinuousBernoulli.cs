// The reconstruction loss for grey pixels: the Bernoulli made a density on [0, 1] by its normalising constant. A sum over pixels, never a mean.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The negative log density of the continuous Bernoulli distribution at pixels x in [0, 1], from its logits l, in nats, and its mean.</summary>
/// <remarks>
/// Loaiza-Ganem and Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders", NeurIPS 2019. A density may be
/// above 1, so the loss may be below 0.
/// </remarks>
public static class ContinuousBernoulli
{
    // In terms of the logit the density is l·e^(lx) / (e^l - 1), and so (5.14, 18.5)
    //   loss = A(l) - l·x    with  A(l) = ln((e^l - 1) / l),    dloss/dl = m(l) - x    with  m(l) = A'(l) = 1 / (1 - e^-l) - 1 / l
    // m is the mean of the distribution: the reconstruction. It is not sigmoid(l), which is the parameter lambda.
    //
    // Far from 0, with a = |l| and e = e^-a, nothing overflows or cancels:
    //   A(l) = max(l, 0) + ln((1 - e) / a) (18.7)        m(l) = (1 where l > 0, else -e) / (1 - e) - 1 / l (18.8)
    // Near 0 (lambda near 1/2) both have the form 0/0 and lose their digits; there the series serve (18.9), with Bernoulli numbers B:
    //   A(l) = l/2 + sum over k of B[2k] / (2k·(2k)!)·l^2k          m(l) = 1/2 + sum over k of B[2k] / (2k)!·l^(2k-1)
    // Their terms shrink by (l / 2π)²; with six of them, for |l| < 1, what is left out of m is below 1.4e-11 (18.10).
    private const double M1 = 1.0 / 12, M2 = -1.0 / 720, M3 = 1.0 / 30240, M4 = -1.0 / 1209600, M5 = 1.0 / 47900160, M6 = -691.0 / 1307674368000;
    private const int OperationsPerPixel = 16;

    /// <summary>The coefficients of l, l³, l⁵, ... in the series of m(l) - 1/2 near 0 (18.9); those of A(l) are the same, each divided by the exponent plus 1.</summary>
    public static ReadOnlySpan<double> MeanSeries => [M1, M2, M3, M4, M5, M6];

    /// <summary>Computes the mean m of every pixel and each image's loss, summed over its pixels.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="m">Receives the means, which are the reconstruction, same shape; may be the logits.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>, added up in the order of <see cref="FixedOrderSum"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> m, Matrix<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        x.RequireShape(logits.Rows, logits.Columns);
        m.RequireShape(logits.Rows, logits.Columns);
        loss.RequireShape(1, logits.Rows);
        engine.ForRows(x.Rows, OperationsPerPixel * x.Columns, new ForwardBody<T>(logits, x, m, loss));
    }

    /// <summary>Effectively computes <c>dLogits = scale·(m - x)</c>: what the cross-entropy does, with the mean in place of sigmoid(l).</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Pixels, <c>[n, features]</c>.</param>
    /// <param name="m">Means from the forward pass, same shape.</param>
    /// <param name="scale">The weight of one image's loss in the whole: 1 / n.</param>
    /// <param name="dLogits">Receives the gradient of the logits, same shape; may be <paramref name="m"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Engine engine, Matrix<T> x, Matrix<T> m, T scale, Matrix<T> dLogits)
        where T : unmanaged, IFloatingPointIeee754<T> => BernoulliCrossEntropy.Backward(engine, x, m, scale, dLogits); // (18.6)

    /// <summary><see cref="Forward"/> and <see cref="Backward"/> one after the other; m is not kept.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="scale">The weight of one image's loss in the whole: 1 / n.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>.</param>
    /// <param name="dLogits">Receives the gradient of the logits, same shape; may be the logits.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void ForwardAndBackward<T>(Engine engine, Matrix<T> logits, Matrix<T> x, T scale, Matrix<T> loss, Matrix<T> dLogits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Forward(engine, logits, x, dLogits, loss);
        Backward(engine, x, dLogits, scale, dLogits);
    }

    private static Vector256<T> Constant<T>(double value) where T : unmanaged, IFloatingPointIeee754<T> => Vector256.Create(T.CreateChecked(value));

    private static Vector256<T> IsNearZero<T>(Vector256<T> l) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector256.LessThan(Vector256.Abs(l), Vector256<T>.One);

    private readonly struct ForwardBody<T>(Matrix<T> logits, Matrix<T> x, Matrix<T> m, Matrix<T> loss) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                // The loss first: the means may take the logits' place.
                loss.Flat[row] = FixedOrderSum.OfMap<T, Loss<T>>(logits.Row(row), x.Row(row), default);
                VectorMap.Apply<T, Mean<T>>(logits.Row(row), m.Row(row), default);
            }
        }
    }

    private readonly struct Loss<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> l, Vector256<T> x)
        {
            var a = Vector256.Abs(l);
            var far = Fused.MultiplyAdd(-l, x, Vector256.Max(l, Vector256<T>.Zero)) + Log.Invoke((Vector256<T>.One - Exp.Invoke(-a)) / a);

            // Term k is that of m, integrated: divided by 2k.
            var square = l * l;
            var q = Fused.MultiplyAdd(Constant<T>(M6 / 12), square, Constant<T>(M5 / 10));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M4 / 8));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M3 / 6));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M2 / 4));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M1 / 2));
            var near = Fused.MultiplyAdd(q, square, l * (Constant<T>(0.5) - x));
            return Vector256.ConditionalSelect(IsNearZero(l), near, far);
        }
    }

    private readonly struct Mean<T> : IUnaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> l)
        {
            var e = Exp.Invoke(-Vector256.Abs(l));
            var numerator = Vector256.ConditionalSelect(Vector256.GreaterThan(l, Vector256<T>.Zero), Vector256<T>.One, -e);
            var far = numerator / (Vector256<T>.One - e) - Vector256<T>.One / l;

            var square = l * l;
            var q = Fused.MultiplyAdd(Constant<T>(M6), square, Constant<T>(M5));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M4));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M3));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M2));
            q = Fused.MultiplyAdd(q, square, Constant<T>(M1));
            var near = Fused.MultiplyAdd(q, l, Constant<T>(0.5));
            return Vector256.ConditionalSelect(IsNearZero(l), near, far);
        }
    }
}
