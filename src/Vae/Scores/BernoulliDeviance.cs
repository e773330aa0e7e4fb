// The Bernoulli deviance: the cross-entropy without what the image itself costs, so that a perfect reconstruction scores 0.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The deviance of Bernoulli pixels, sum over p of x ln(x/r) + (1 - x) ln((1 - x)/(1 - r)), in nats, at z = mu. Nothing is fitted.</summary>
/// <remarks>
/// McCullagh and Nelder, "Generalized Linear Models", 1989, section 2.3 (theirs is twice this). Cost: two logarithms a pixel.
/// </remarks>
public sealed class BernoulliDeviance : IAnomalyScore
{
    // dev = CE(x, r) - H(x) (10.4), but not computed as that difference, which cancels: the quotients are 1 where r = x, and their logarithms 0.
    // A pixel's deviance is never negative; where rounding makes it so, it is 0.

    private const int OperationsPerPixel = 16;

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.RequireCount(engine, images, scores);
        var deviance = new Matrix<float>(1, images.Count);
        Compute(engine, images.Pixels, images.Reconstruction, deviance);
        deviance.Flat.CopyTo(scores);
    }

    /// <summary>Effectively computes <c>deviance[i] = sum over p of x ln(x/r) + (1 - x) ln((1 - x)/(1 - r))</c>, 0 ln 0 being 0.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="x">Images, pixels in [0, 1], <c>[n, features]</c>.</param>
    /// <param name="r">Reconstructions in [0, 1], same shape.</param>
    /// <param name="deviance">Receives the score of each image, <c>[1, n]</c>, added up in the order of <see cref="FixedOrderSum"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Compute(Engine engine, Matrix<float> x, Matrix<float> r, Matrix<float> deviance)
    {
        ArgumentNullException.ThrowIfNull(engine);
        r.RequireShape(x.Rows, x.Columns);
        deviance.RequireShape(1, x.Rows);
        engine.ForRows(x.Rows, OperationsPerPixel * x.Columns, new Body(x, r, deviance));
    }

    private readonly struct Body(Matrix<float> x, Matrix<float> r, Matrix<float> deviance) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) deviance.Flat[row] = FixedOrderSum.OfMap<float, Deviance>(x.Row(row), r.Row(row), default);
        }
    }

    private readonly struct Deviance : IBinaryMap<float>
    {
        // The smallest normal number stands for 0, so that no quotient is 0/0: 0 times its logarithm is 0. And r = 1 stands for any sigmoid
        // nearer to 1 than to the next smaller number, so 1 - r is there at most 2^-25.
        private const float LeastPixel = 1.17549435e-38f, LeastRest = 1f / (1 << 25);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x, Vector256<float> r)
        {
            var (ink, paper) = (x * Log.Invoke(AtLeast(x, LeastPixel) / AtLeast(r, LeastPixel)), Vector256<float>.One - x);
            paper *= Log.Invoke(AtLeast(paper, LeastRest) / AtLeast(Vector256<float>.One - r, LeastRest));
            return Vector256.Max(ink + paper, Vector256<float>.Zero); // (17.1)
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> AtLeast(Vector256<float> a, float least) => Vector256.Max(a, Vector256.Create(least));
    }
}
