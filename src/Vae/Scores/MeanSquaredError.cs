// The reference score: how far a reconstruction is from its image.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The mean squared error of each image's reconstruction, in squared grey values from 0 to 1.</summary>
public static class MeanSquaredError
{
    // mse[i] = sum over pixels p of (x[p, i] - r[p, i])² / features. An image is a column here, so its sum runs down the rows; pixels
    // are added in blocks of 16 rows and the blocks in order, whatever the number of threads.
    private const int BlockRows = 16;

    /// <summary>Rows of the scratch matrix for images of this many pixels.</summary>
    public static int ScratchRows(int features) => (features + BlockRows - 1) / BlockRows;

    /// <summary>Effectively computes <c>mse[i] = mean over p of (x[p, i] - r[p, i])²</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Images, <c>[features, n]</c>.</param>
    /// <param name="r">Reconstructions, same shape.</param>
    /// <param name="scratch">Overwritten, <c>[ScratchRows(features), n]</c>.</param>
    /// <param name="mse">Receives the score of each image, n numbers.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Compute<T>(Engine engine, Matrix<T> x, Matrix<T> r, Matrix<T> scratch, Span<T> mse)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(engine);
        r.RequireShape(x.Rows, x.Columns);
        scratch.RequireShape(ScratchRows(x.Rows), x.Columns);
        if (mse.Length != x.Columns) throw new ArgumentException($"There is room for {mse.Length} scores of {x.Columns} images.", nameof(mse));
        engine.ForRows(scratch.Rows, BlockRows * x.Columns, new Body<T>(x, r, scratch));
        mse.Clear();
        for (var block = 0; block < scratch.Rows; block++) TensorPrimitives.Add<T>(mse, scratch.Row(block), mse);
        TensorPrimitives.Divide<T>(mse, T.CreateChecked(x.Rows), mse);
    }

    private readonly struct Body<T>(Matrix<T> x, Matrix<T> r, Matrix<T> sums) : ILoopBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(int first, int limit)
        {
            for (var block = first; block < limit; block++)
            {
                var sum = sums.Row(block);
                sum.Clear();
                for (var row = block * BlockRows; row < Math.Min((block + 1) * BlockRows, x.Rows); row++)
                    VectorMap.Apply<T, AddSquare<T>>(x.Row(row), r.Row(row), sum, sum, default);
            }
        }
    }

    private readonly struct AddSquare<T> : ITernaryMap<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Vector256<T> Invoke(Vector256<T> x, Vector256<T> r, Vector256<T> sum)
        {
            var difference = x - r;
            return Fused.MultiplyAdd(difference, difference, sum);
        }
    }
}
