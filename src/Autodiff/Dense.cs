// The fully connected layer: its forward product and its two backward products.

using System.Numerics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The fully connected (linear) layer, y = W·x + b.</summary>
/// <remarks>
/// Shapes, with n images in the batch: x <c>[in, n]</c>, W <c>[out, in]</c>, b <c>[out, 1]</c>, y <c>[out, n]</c>.
/// Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
/// </remarks>
public static class Dense
{
    // y[o, i] = b[o] + sum_k W[o, k] x[k, i]
    //
    // With dy = dL/dy given, the chain rule through that sum gives
    //   dL/dW[o, k] = sum_i dy[o, i] x[k, i]      dW = dy·xᵀ      [out, n]·[n, in]
    //   dL/db[o]    = sum_i dy[o, i]              db = rows of dy summed over the batch
    //   dL/dx[k, i] = sum_o W[o, k] dy[o, i]      dx = Wᵀ·dy      [in, out]·[out, n]
    //
    // All three products read the rows of their right operand and of their result as vectors: x, xᵀ and dy, and y, dW and dx. Only W
    // is read along both directions, one number at a time, so it is never copied or transposed.

    /// <summary>Effectively computes <c>y = W·x + b</c>; each element starts at its bias and adds the products in order.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[out, in]</c>.</param>
    /// <param name="bias">b, <c>[out, 1]</c>.</param>
    /// <param name="x">Input, <c>[in, n]</c>.</param>
    /// <param name="y">Output, <c>[out, n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Forward<T>(Engine engine, Matrix<T> weight, Matrix<T> bias, Matrix<T> x, Matrix<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bias.RequireShape(weight.Rows, 1);
        Gemm.Multiply(engine, weight, x, y, ChainStart.Row, bias.Flat);
    }

    /// <summary>Effectively computes <c>dW = dy·xᵀ</c> and <c>db = sum over the batch of dy</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="xTransposed">The layer's input, transposed: <c>[n, in]</c>.</param>
    /// <param name="dy">Gradient of the output, <c>[out, n]</c>.</param>
    /// <param name="dWeight">Receives dW, <c>[out, in]</c>.</param>
    /// <param name="dBias">Receives db, <c>[out, 1]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardParameters<T>(Engine engine, Matrix<T> xTransposed, Matrix<T> dy, Matrix<T> dWeight, Matrix<T> dBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Gemm.Multiply(engine, dy, xTransposed, dWeight);
        BackwardBias(engine, dy, dBias);
    }

    /// <summary>Effectively computes <c>db = sum over the batch of dy</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="dy">Gradient of the output, <c>[out, n]</c>.</param>
    /// <param name="dBias">Receives db, <c>[out, 1]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardBias<T>(Engine engine, Matrix<T> dy, Matrix<T> dBias) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        dBias.RequireShape(dy.Rows, 1);
        engine.ForRows(dy.Rows, dy.Columns, new BiasGradient<T>(dy, dBias));
    }

    /// <summary>Effectively computes <c>dx = Wᵀ·dy</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[out, in]</c>.</param>
    /// <param name="dy">Gradient of the output, <c>[out, n]</c>.</param>
    /// <param name="dx">Receives the gradient of the input, <c>[in, n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardInput<T>(Engine engine, Matrix<T> weight, Matrix<T> dy, Matrix<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T> => Gemm.Multiply(engine, weight.Transposed, dy, dx);

    private readonly struct BiasGradient<T>(Matrix<T> dy, Matrix<T> dBias) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var o = first; o < limit; o++) dBias[o, 0] = FixedOrderSum.Invoke<T>(dy.Row(o));
        }
    }
}
