// The rectified linear unit. Its backward pass asks for the output alone, so both passes may work in place.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>The rectified linear unit, y = max(x, 0), element by element.</summary>
/// <remarks>Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.</remarks>
public static class Relu
{
    // y = x where x > 0, else 0 (4.1). So dL/dx = dL/dy where x > 0, else 0; at the kink the derivative is 0, as in PyTorch (4.4).
    // y > 0 exactly where x > 0 (4.5), so the output tells all that the backward pass needs and may overwrite the input.

    /// <summary>Effectively computes <c>y = max(x, 0)</c>. A NaN stays NaN.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Input, <c>[n, features]</c>.</param>
    /// <param name="y">Output, same shape; may be the input.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Forward<T>(Engine engine, Matrix<T> x, Matrix<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        y.RequireShape(x.Rows, x.Columns);
        engine.ForRows(x.Rows, x.Columns, new ForwardBody<T>(x, y));
    }

    /// <summary>Effectively computes <c>dx = dy where y &gt; 0, else 0</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="y">Output of the forward pass, <c>[n, features]</c>.</param>
    /// <param name="dy">Gradient of the output, same shape.</param>
    /// <param name="dx">Receives the gradient of the input, same shape; may be <paramref name="dy"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward<T>(Engine engine, Matrix<T> y, Matrix<T> dy, Matrix<T> dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        dy.RequireShape(y.Rows, y.Columns);
        dx.RequireShape(y.Rows, y.Columns);
        engine.ForRows(y.Rows, y.Columns, new BackwardBody<T>(y, dy, dx));
    }

    /// <summary><see cref="Forward"/> as the end of the product that computes the input.</summary>
    internal readonly struct ForwardEpilogue<T> : IEpilogue<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Apply(int row, int column, Span<T> values) => ForwardRow<T>(values, values);
    }

    /// <summary><see cref="Backward"/> as the end of the product that computes the gradient of the output.</summary>
    internal readonly struct BackwardEpilogue<T>(Matrix<T> y) : IEpilogue<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Apply(int row, int column, Span<T> values) => BackwardRow<T>(y.Row(row).Slice(column, values.Length), values, values);
    }

    private static void ForwardRow<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Max(x, T.Zero, y);

    private static void BackwardRow<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) where T : unmanaged, IFloatingPointIeee754<T> =>
        VectorMap.Apply<T, Gate<T>>(y, dy, dx, default);

    private readonly struct ForwardBody<T>(Matrix<T> x, Matrix<T> y) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) ForwardRow<T>(x.Row(row), y.Row(row));
        }
    }

    private readonly struct BackwardBody<T>(Matrix<T> y, Matrix<T> dy, Matrix<T> dx) : ILoopBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) BackwardRow<T>(y.Row(row), dy.Row(row), dx.Row(row));
        }
    }

    private readonly struct Gate<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> y, Vector256<T> dy) => Vector256.GreaterThan(y, Vector256<T>.Zero) & dy;
    }
}
