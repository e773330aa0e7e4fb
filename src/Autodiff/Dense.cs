// The fully connected layer: its forward product, its two backward products and the gradient of its bias. It keeps nothing.

using System.Numerics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The fully connected (linear) layer, y = x·W + b.</summary>
/// <remarks>
/// Shapes, with n images in the batch: x <c>[n, in]</c>, W <c>[in, out]</c>, b <c>[1, out]</c>, y <c>[n, out]</c>.
/// Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
/// </remarks>
public static class Dense
{
    // y[i, o] = b[o] + sum_k x[i, k] W[k, o]                                           (3.1)
    //
    // With dy = dL/dy given, the chain rule through that sum gives
    //   dL/dW[k, o] = sum_i x[i, k] dy[i, o]      dW = xᵀ·dy      [in, n]·[n, out]     (3.5)
    //   dL/db[o]    = sum_i dy[i, o]              db = dy summed over the batch        (3.6)
    //   dL/dx[i, k] = sum_o dy[i, o] W[k, o]      dx = dy·Wᵀ      [n, out]·[out, in]   (3.7)
    //
    // x is the left factor of y and of dW, so a pixel that is black, or a unit that a ReLU has switched off, is a zero there (3.13), whose
    // terms need not be computed: about half of them. That is why W is kept as [in, out] and not, as in PyTorch's files, [out, in].

    /// <summary>Effectively computes <c>y = x·W + b</c>; each element starts at its bias and adds the products in order.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[in, out]</c>.</param>
    /// <param name="bias">b, <c>[1, out]</c>.</param>
    /// <param name="x">Input, <c>[n, in]</c>.</param>
    /// <param name="y">Output, <c>[n, out]</c>.</param>
    /// <param name="input">Whether many numbers of x may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Forward<T>(
        Engine engine, Matrix<T> weight, Matrix<T> bias, Matrix<T> x, Matrix<T> y, LeftOperand input = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bias.RequireShape(1, weight.Columns);
        Gemm.Multiply(engine, x, weight, y, ChainStart.Column, bias.Flat, input);
    }

    /// <summary><see cref="Forward"/> with <see cref="Relu.Forward"/> after it, <c>y = max(x·W + b, 0)</c>, in one pass and to the same bits.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[in, out]</c>.</param>
    /// <param name="bias">b, <c>[1, out]</c>.</param>
    /// <param name="x">Input, <c>[n, in]</c>.</param>
    /// <param name="y">Output, <c>[n, out]</c>.</param>
    /// <param name="input">Whether many numbers of x may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void ForwardRelu<T>(
        Engine engine, Matrix<T> weight, Matrix<T> bias, Matrix<T> x, Matrix<T> y, LeftOperand input = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bias.RequireShape(1, weight.Columns);
        Gemm.Multiply(engine, x, weight, y, default(Relu.ForwardEpilogue<T>), ChainStart.Column, bias.Flat, input);
    }

    /// <summary>Effectively computes <c>dW = xᵀ·dy</c> and <c>db = sum over the batch of dy</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="xTransposed">The layer's input, transposed: <c>[in, n]</c>.</param>
    /// <param name="dy">Gradient of the output, <c>[n, out]</c>.</param>
    /// <param name="dWeight">Receives dW, <c>[in, out]</c>.</param>
    /// <param name="dBias">Receives db, <c>[1, out]</c>.</param>
    /// <param name="input">Whether many numbers of x may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardParameters<T>(
        Engine engine, Matrix<T> xTransposed, Matrix<T> dy, Matrix<T> dWeight, Matrix<T> dBias, LeftOperand input = LeftOperand.Dense)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Gemm.Multiply(engine, xTransposed, dy, dWeight, left: input);
        BackwardBias(engine, dy, dBias);
    }

    /// <summary>Effectively computes <c>db = sum over the batch of dy</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="dy">Gradient of the output, <c>[n, out]</c>.</param>
    /// <param name="dBias">Receives db, <c>[1, out]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardBias<T>(Engine engine, Matrix<T> dy, Matrix<T> dBias) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        dBias.RequireShape(1, dy.Columns);
        engine.ForRows((dy.Columns + BiasGradient<T>.Block - 1) / BiasGradient<T>.Block, BiasGradient<T>.Block * dy.Rows, new BiasGradient<T>(dy, dBias));
    }

    /// <summary>Effectively computes <c>dx = dy·Wᵀ</c>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[in, out]</c>.</param>
    /// <param name="dy">Gradient of the output, <c>[n, out]</c>.</param>
    /// <param name="dx">Receives the gradient of the input, <c>[n, in]</c>.</param>
    /// <param name="start">Where the sums start: at zero, or at what dx holds, where x is the input of several layers.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardInput<T>(Engine engine, Matrix<T> weight, Matrix<T> dy, Matrix<T> dx, ChainStart start = ChainStart.Zero)
        where T : unmanaged, IFloatingPointIeee754<T> => Gemm.Multiply(engine, dy, weight.Transposed, dx, start);

    /// <summary><see cref="BackwardInput"/> with <see cref="Relu.Backward"/> after it, for an x that a ReLU has left, in one pass and to the same bits.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="weight">W, <c>[in, out]</c>.</param>
    /// <param name="x">The layer's input and the ReLU's output, <c>[n, in]</c>.</param>
    /// <param name="dy">Gradient of the layer's output, <c>[n, out]</c>.</param>
    /// <param name="dx">Receives the gradient of the ReLU's input, <c>[n, in]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BackwardInputRelu<T>(Engine engine, Matrix<T> weight, Matrix<T> x, Matrix<T> dy, Matrix<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        x.RequireShape(dx.Rows, dx.Columns);
        Gemm.Multiply(engine, dy, weight.Transposed, dx, new Relu.BackwardEpilogue<T>(x));
    }

    private readonly struct BiasGradient<T>(Matrix<T> dy, Matrix<T> dBias) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Columns of an iteration: whole cache lines.</summary>
        public const int Block = 32;

        public void Execute(int first, int limit)
        {
            var column = first * Block;
            FixedOrderSum.OfColumns(dy, column, dBias.Flat[column..Math.Min(limit * Block, dy.Columns)]);
        }
    }
}
