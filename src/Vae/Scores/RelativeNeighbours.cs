// How far a row is from its neighbours, held half against how far those are from theirs.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>ln d - ½ ln a: d the mean distance to the k nearest references, a the mean of the same for those references among themselves. (15.11)</summary>
/// <remarks>
/// <para>
/// The distance alone calls every image of a diffuse class anomalous, for its neighbours are all far apart. The quotient d / a, as in the local outlier
/// factor (Breunig, Kriegel, Ng and Sander, SIGMOD 2000), forgets how dense the place is and calls none of them so. The half lies between: the geometric mean of
/// the two. Of 0, ½ and 1 it was the best in each of four spaces (docs/math/15).
/// </para>
/// <para>Cost: m² multiply-adds a column to fit m references, n·m to score n rows.</para>
/// </remarks>
internal sealed class RelativeNeighbours
{
    /// <summary>Neighbours, k.</summary>
    public const int K = 5;

    // So that an image that is itself a reference, at distance 0, has a logarithm. Distances of this size do not occur otherwise.
    private const float Smallest = 1e-6f;

    private readonly NearestNeighbours _neighbours;
    private readonly float[] _ownDistances;

    /// <summary>Prepares the references.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="references">Rows of normal images, <c>[m, columns]</c>; m more than <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">There are too few references, or a number is not finite.</exception>
    public RelativeNeighbours(Engine engine, Matrix<float> references)
    {
        if (references.Rows <= K)
            throw new ArgumentException(FormattableString.Invariant($"There are {references.Rows} reference images; expected at least {K + 1}."), nameof(references));
        _neighbours = new NearestNeighbours(engine, references);
        var found = _neighbours.Find(engine, references, K + 1);
        _ownDistances = new float[references.Rows];
        for (var i = 0; i < _ownDistances.Length; i++) _ownDistances[i] = (float)MeanWithout(found, i);
    }

    /// <summary>Computes the logarithms.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="rows">Rows of the images to score, <c>[n, columns]</c>.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>; NaN for a row with a NaN.</param>
    public void Compute(Engine engine, Matrix<float> rows, Span<float> scores)
    {
        var found = _neighbours.Find(engine, rows, K);
        var around = new float[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var (distance, own) = (0.0, 0.0);
            foreach (var value in found.Distances.Row(i)) distance += value;
            foreach (var neighbour in found.Indices(i)) own += _ownDistances[neighbour];
            (scores[i], around[i]) = ((float)(distance / K), (float)(own / K));
        }

        VectorMap.Apply(scores, around, scores, new LogOfQuotient());
    }

    // Itself is among its nearest, unless more than k others are at distance 0 as well: then any of them can go.
    private static double MeanWithout(Neighbours found, int self)
    {
        var (sum, left) = (0.0, K);
        var indices = found.Indices(self);
        for (var i = 0; i < indices.Length && left > 0; i++)
        {
            if (indices[i] == self) continue;
            sum += found.Distances[self, i];
            left--;
        }

        return sum / K;
    }

    private readonly struct LogOfQuotient : IBinaryMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> d, Vector256<float> a) => Log.Invoke(AtLeast(d)) - Vector256.Create(0.5f) * Log.Invoke(AtLeast(a));

        // Not the maximum of two, which may lose a NaN.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> AtLeast(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Smallest)), Vector256.Create(Smallest), x);
    }
}
