// The reconstruction loss: how badly Bernoulli pixels with given logits explain an image.

using System.Numerics;
using System.Numerics.Tensors;
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
    /// <summary>Rows (pixels) whose losses are added up before anything else: part of the definition of the sum's order.</summary>
    public const int BlockRows = 16;

    // One pixel's loss is -x ln r - (1 - x) ln(1 - r) with r = 1 / (1 + e^-l). From ln r = -ln(1 + e^-l) and
    // ln(1 - r) = -l - ln(1 + e^-l) follows  loss = l - l·x + ln(1 + e^-l), which overflows for large negative l. Writing it with
    // e = e^-|l| in (0, 1] covers both signs and overflows nowhere:
    //   loss = max(l, 0) - l·x + ln(1 + e)          r = 1 / (1 + e) where l >= 0, else e / (1 + e)
    // Its derivative is  dloss/dl = r - x.
    //
    // A logarithm is dearer than a product, and ln(1 + e1) + ln(1 + e2) + ... = ln((1 + e1)(1 + e2)...): over the 16 rows of a block
    // the product is at most 2^16, so one logarithm a block serves. Blocks are added in order.

    /// <summary>Rows of the scratch matrix for images of this many pixels: for each block a loss, a product and a row of exponentials.</summary>
    public static int ScratchRows(int features) => 3 * Blocks(features);

    /// <summary>Computes <c>r = sigmoid(logits)</c> and each image's loss, summed over its pixels.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="logits">Logits l, <c>[features, n]</c>.</param>
    /// <param name="x">Pixels in [0, 1], same shape.</param>
    /// <param name="r">Receives the reconstruction, same shape; may be the logits.</param>
    /// <param name="scratch">Overwritten, <c>[ScratchRows(features), n]</c>.</param>
    /// <param name="loss">Receives each image's loss, n numbers.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Engine engine, Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> scratch, Span<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        x.RequireShape(logits.Rows, logits.Columns);
        r.RequireShape(logits.Rows, logits.Columns);
        scratch.RequireShape(ScratchRows(logits.Rows), logits.Columns);
        if (loss.Length != logits.Columns) throw new ArgumentException($"There is room for {loss.Length} losses of {logits.Columns} images.", nameof(loss));
        const int operationsPerPixel = 8;
        var blocks = Blocks(logits.Rows);
        engine.ForRows(blocks, operationsPerPixel * BlockRows * logits.Columns, new ForwardBody<T>(
            logits, x, r, scratch.RowBlock(0, blocks), scratch.RowBlock(blocks, blocks), scratch.RowBlock(2 * blocks, blocks)));

        loss.Clear();
        for (var block = 0; block < blocks; block++) TensorPrimitives.Add<T>(loss, scratch.Row(block), loss);
    }

    /// <summary>Effectively computes <c>dLogits = scale·(r - x)</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Pixels, <c>[features, n]</c>.</param>
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

    private static int Blocks(int features) => (features + BlockRows - 1) / BlockRows;

    private readonly struct ForwardBody<T>(
        Matrix<T> logits, Matrix<T> x, Matrix<T> r, Matrix<T> blockLoss, Matrix<T> products, Matrix<T> exponentials) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var block = first; block < limit; block++)
            {
                Span<T> sum = blockLoss.Row(block), product = products.Row(block);
                sum.Clear();
                product.Fill(T.One);
                for (var row = block * BlockRows; row < Math.Min((block + 1) * BlockRows, logits.Rows); row++)
                {
                    Span<T> l = logits.Row(row), e = exponentials.Row(block);
                    VectorMap.Apply<T, ExpMinusAbs<T>>(l, e, default);
                    VectorMap.Apply<T, MultiplyByOnePlus<T>>(product, e, product, default);
                    VectorMap.Apply<T, AddLinearPart<T>>(l, x.Row(row), sum, sum, default);
                    VectorMap.Apply<T, Sigmoid<T>>(l, e, r.Row(row), default);
                }

                VectorMap.Apply<T, AddLog<T>>(sum, product, sum, default);
            }
        }
    }

    private readonly struct ExpMinusAbs<T> : IUnaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> l) => Exp.Invoke(-Vector256.Abs(l));
    }

    private readonly struct MultiplyByOnePlus<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> product, Vector256<T> e) => product * (Vector256<T>.One + e);
    }

    private readonly struct AddLinearPart<T> : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> l, Vector256<T> x, Vector256<T> sum) => sum + Fused.MultiplyAdd(-l, x, Vector256.Max(l, Vector256<T>.Zero));
    }

    private readonly struct Sigmoid<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> l, Vector256<T> e) =>
            Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(l, Vector256<T>.Zero), Vector256<T>.One, e) / (Vector256<T>.One + e);
    }

    private readonly struct AddLog<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> sum, Vector256<T> product) => sum + Log.Invoke(product);
    }

    private readonly struct BackwardBody<T>(Matrix<T> x, Matrix<T> r, T scale, Matrix<T> dLogits) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                TensorPrimitives.Subtract<T>(r.Row(row), x.Row(row), dLogits.Row(row));
                TensorPrimitives.Multiply<T>(dLogits.Row(row), scale, dLogits.Row(row));
            }
        }
    }
}
