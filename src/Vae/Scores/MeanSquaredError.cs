// The reference score: how far a reconstruction is from its image.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The mean squared error of each image's reconstruction, in squared grey values from 0 to 1.</summary>
public static class MeanSquaredError
{
    // mse[i] = sum over pixels p of (x[i, p] - r[i, p])² / features (10.1), added in the order of FixedOrderSum, whatever the number of threads.

    /// <summary>Effectively computes <c>mse[i] = mean over p of (x[i, p] - r[i, p])²</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Images, <c>[n, features]</c>.</param>
    /// <param name="r">Reconstructions, same shape.</param>
    /// <param name="mse">Receives the score of each image, <c>[1, n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Compute<T>(Engine engine, Matrix<T> x, Matrix<T> r, Matrix<T> mse) where T : unmanaged, IFloatingPointIeee754<T> =>
        Compute(engine, x, r, mse, areLogits: false);

    /// <summary>The same for <c>r = sigmoid(logits)</c>, which is not kept.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Images, <c>[n, features]</c>.</param>
    /// <param name="logits">Logits, same shape.</param>
    /// <param name="mse">Receives the score of each image, <c>[1, n]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void ComputeFromLogits<T>(Engine engine, Matrix<T> x, Matrix<T> logits, Matrix<T> mse)
        where T : unmanaged, IFloatingPointIeee754<T> => Compute(engine, x, logits, mse, areLogits: true);

    private static void Compute<T>(Engine engine, Matrix<T> x, Matrix<T> r, Matrix<T> mse, bool areLogits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        r.RequireShape(x.Rows, x.Columns);
        mse.RequireShape(1, x.Rows);
        engine.ForRows(x.Rows, 4 * x.Columns, new Body<T>(x, r, mse, areLogits));
    }

    private readonly struct Body<T>(Matrix<T> x, Matrix<T> r, Matrix<T> mse, bool areLogits) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                var sum = areLogits
                    ? FixedOrderSum.OfMap<T, SquareFromLogits<T>>(x.Row(row), r.Row(row), default)
                    : FixedOrderSum.OfMap<T, Square<T>>(x.Row(row), r.Row(row), default);
                mse.Flat[row] = sum / T.CreateChecked(x.Columns);
            }
        }
    }

    private readonly struct Square<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r) => (x - r) * (x - r);
    }

    private readonly struct SquareFromLogits<T> : IBinaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> l)
        {
            var r = Sigmoid.Invoke(l);
            return (x - r) * (x - r);
        }
    }
}
