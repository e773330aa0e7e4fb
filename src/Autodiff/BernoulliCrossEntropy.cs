// The reconstruction loss: how badly Bernoulli pixels with given logits explain an image. A sum over its pixels, never a mean.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The Bernoulli cross-entropy between pixels x in [0, 1] and probabilities sigmoid(l), from the logits l, in nats.</summary>
/// <remarks>
/// Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix C.1. For grey values it is no likelihood of x
/// (Loaiza-Ganem and Cunningham, "The continuous Bernoulli", NeurIPS 2019), but the loss that everybody trains with.
/// </remarks>
public static class BernoulliCrossEntropy
{
    // One pixel's loss is -x ln r - (1 - x) ln(1 - r) (5.2) with r = sigmoid(l) = 1 / (1 + e^-l). From ln r = -ln(1 + e^-l) and
    // ln(1 - r) = -l - ln(1 + e^-l) follows  loss = l - l·x + ln(1 + e^-l) (5.5), which overflows for large negative l. Writing it with
    // e = e^-|l| in (0, 1] covers both signs and overflows nowhere:
    //   loss = max(l, 0) - l·x + ln(1 + e)   (5.6)
    // Its derivative is  dloss/dl = r - x (5.7).
    //
    // A logarithm is dearer than a product, and ln(1 + e1) + ln(1 + e2) + ... = ln((1 + e1)(1 + e2)...) (5.11): over 16 pixels the product
    // is at most 2^16, so one logarithm serves for them. Which 16 they are is part of the definition of the sum's order: pixel p of an
    // image belongs to lane p mod L, with L as in FixedOrderSum; a lane multiplies 16 of its pixels in order, and adds all to one sum.

    /// <summary>Pixels of a lane that share a logarithm.</summary>
    public const int PixelsOfALogarithm = 16;

    private const int OperationsPerPixel = 8;

    /// <summary>Computes <c>r = sigmoid(logits)</c> and each image's loss, summed over its pixels.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[n, features]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="r">Receives the reconstruction, same shape; may be the logits.</param>
    /// <param name="loss">Receives each image's loss, <c>[1, n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShapes(engine, logits, x, r, loss);
        engine.ForRows(x.Rows, OperationsPerPixel * x.Columns, new ForwardBody<T>(logits, x, r, loss));
    }

    /// <summary>Effectively computes <c>dLogits = scale·(r - x)</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Pixels, <c>[n, features]</c>.</param>
    /// <param name="r">Reconstruction from the forward pass, same shape.</param>
    /// <param name="scale">The weight of one image's loss in the whole: 1 / n.</param>
    /// <param name="dLogits">Receives the gradient of the logits, same shape; may be <paramref name="r"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Engine engine, Matrix<T> x, Matrix<T> r, T scale, Matrix<T> dLogits)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        r.RequireShape(x.Rows, x.Columns);
        dLogits.RequireShape(x.Rows, x.Columns);
        engine.ForRows(x.Rows, x.Columns, new BackwardBody<T>(x, r, scale, dLogits));
    }

    /// <summary><see cref="Forward"/> and <see cref="Backward"/> at once, a row at a time while it lies in cache; r is not kept.</summary>
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
        RequireShapes(engine, logits, x, dLogits, loss);
        engine.ForRows(x.Rows, OperationsPerPixel * x.Columns, new BothBody<T>(logits, x, scale, loss, dLogits));
    }

    private static void RequireShapes<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        x.RequireShape(logits.Rows, logits.Columns);
        r.RequireShape(logits.Rows, logits.Columns);
        loss.RequireShape(1, logits.Rows);
    }

    // One image: returns its loss (5.6) and writes its reconstruction (5.10) to r.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T ForwardRow<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> x, Span<T> r) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref readonly T firstLogit = ref MemoryMarshal.GetReference(logits), firstX = ref MemoryMarshal.GetReference(x);
        ref var firstR = ref MemoryMarshal.GetReference(r);
        int lanes = Vector256<T>.Count, whole = x.Length / lanes * lanes;
        var sum = Vector256<T>.Zero;
        for (var start = 0; start < whole; start += PixelsOfALogarithm * lanes)
        {
            var product = Vector256<T>.One;
            var end = Math.Min(whole, start + PixelsOfALogarithm * lanes);
            for (var i = (nuint)start; i < (nuint)end; i += (nuint)lanes)
            {
                var l = Vector256.LoadUnsafe(in firstLogit, i);
                var e = Exp.Invoke(-Vector256.Abs(l));
                var onePlus = Vector256<T>.One + e;
                product *= onePlus;
                sum += Fused.MultiplyAdd(-l, Vector256.LoadUnsafe(in firstX, i), Vector256.Max(l, Vector256<T>.Zero));
                (Sigmoid.Numerator(l, e) / onePlus).StoreUnsafe(ref firstR, i);
            }

            sum += Log.Invoke(product);
        }

        if (whole < x.Length) sum += ForwardRest(logits[whole..], x[whole..], r[whole..]);
        return FixedOrderSum.OfLanes(sum);
    }

    // The last few pixels, if they fill no vector, have logarithms of their own; the lanes beyond them must add nothing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<T> ForwardRest<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> x, Span<T> r) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> loss = stackalloc T[Vector256<T>.Count];
        var l = VectorMap.Padded(logits);
        var e = Exp.Invoke(-Vector256.Abs(l));
        var onePlus = Vector256<T>.One + e;
        (Fused.MultiplyAdd(-l, VectorMap.Padded(x), Vector256.Max(l, Vector256<T>.Zero)) + Log.Invoke(onePlus)).CopyTo(loss);
        loss[x.Length..].Clear();
        var reconstruction = Sigmoid.Numerator(l, e) / onePlus;
        for (var i = 0; i < r.Length; i++) r[i] = reconstruction[i];
        return Vector256.Create<T>(loss);
    }

    private static void BackwardRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> r, T scale, Span<T> dLogits) where T : unmanaged, IFloatingPointIeee754<T> =>
        VectorMap.Apply(x, r, dLogits, new Gradient<T>(scale));

    private readonly struct ForwardBody<T>(Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> loss) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) loss.Flat[row] = ForwardRow<T>(logits.Row(row), x.Row(row), r.Row(row));
        }
    }

    private readonly struct BackwardBody<T>(Matrix<T> x, Matrix<T> r, T scale, Matrix<T> dLogits) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) BackwardRow(x.Row(row), r.Row(row), scale, dLogits.Row(row));
        }
    }

    private readonly struct BothBody<T>(Matrix<T> logits, Matrix<T> x, T scale, Matrix<T> loss, Matrix<T> dLogits) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                loss.Flat[row] = ForwardRow<T>(logits.Row(row), x.Row(row), dLogits.Row(row));
                BackwardRow(x.Row(row), dLogits.Row(row), scale, dLogits.Row(row));
            }
        }
    }

    // (5.9)
    private readonly struct Gradient<T>(T scale) : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r) => (r - x) * Vector256.Create(scale);
    }
}
