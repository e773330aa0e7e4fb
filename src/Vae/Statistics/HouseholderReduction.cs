// Householder's reduction of a symmetric matrix to a tridiagonal one.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>A tridiagonal matrix with the eigenvalues of a symmetric one, and the reflections that made it.</summary>
/// <param name="Diagonal">Diagonal, <c>[n]</c>.</param>
/// <param name="OffDiagonal">Element (k, k + 1), which is (k + 1, k) too: <c>[n - 1]</c>.</param>
/// <param name="Reflectors">The vector u of reflection k in columns k + 1 and on of row k, <c>[n, n]</c>.</param>
internal sealed record HouseholderReduction(double[] Diagonal, double[] OffDiagonal, Matrix<double> Reflectors)
{
    // H = I - u·u' with |u|² = 2 is a reflection. For x = the elements of row k right of the diagonal, u is chosen so that H·x = (alpha, 0, ..., 0)
    // with |alpha| = |x| (16.6). H·A·H, with p = A·u and q = p - (p·u)/2·u, is A - u·q' - q·u' (16.7). Each row is changed by itself, so threads
    // change no bit, and element (i, j) gets the bits of element (j, i).

    // Squares below this share of the whole matrix, whose elements are about 1, are taken as zero: in a matrix of low rank errors of errors are left,
    // whose squares no number holds.
    private const double Vanishing = 1e-200;

    // Vectors that are reflected together, so that a reflector is read from the first cache for all but the first of them.
    private const int RowsAtOnce = 16;

    /// <summary>Reduces a symmetric matrix, overwriting it.</summary>
    public static HouseholderReduction Of(Engine engine, Matrix<double> a)
    {
        var n = a.Rows;
        var (diagonal, offDiagonal) = (new double[n], new double[n - 1]);
        var q = new double[n];
        for (var k = 0; k < n - 1; k++)
        {
            diagonal[k] = a[k, k];
            var u = a.Row(k)[(k + 1)..];
            offDiagonal[k] = MakeReflector(u);
            var rest = a.Block(k + 1, n - k - 1, k + 1, n - k - 1);
            engine.ForRows(u.Length, u.Length, new Products(rest, a, k, q));
            var half = VectorSums.Dot<double>(u, q.AsSpan(0, u.Length)) / 2;
            for (var i = 0; i < u.Length; i++) q[i] -= half * u[i];
            engine.ForRows(u.Length, u.Length, new RankTwoUpdate(rest, a, k, q));
        }

        diagonal[n - 1] = a[n - 1, n - 1];
        return new HouseholderReduction(diagonal, offDiagonal, a);
    }

    /// <summary>Takes vectors given as rows from the tridiagonal matrix's axes to those of the symmetric one.</summary>
    public void ReflectBack(Engine engine, Matrix<double> vectors) => engine.ForRows(vectors.Rows, vectors.Columns * vectors.Columns, new Reflections(Reflectors, vectors));

    // Replaces x by u and returns alpha. The sign of alpha is such that nothing cancels in the first element of u.
    private static double MakeReflector(Span<double> x)
    {
        var tail = VectorSums.Dot<double>(x[1..], x[1..]);
        if (tail < Vanishing)
        {
            // Already as wished: no reflection.
            var alone = x[0];
            x.Clear();
            return alone;
        }

        var norm = Math.Sqrt(x[0] * x[0] + tail);
        var alpha = x[0] > 0 ? -norm : norm;
        x[0] -= alpha;
        var scale = Math.Sqrt(2 / (x[0] * x[0] + tail));
        for (var i = 0; i < x.Length; i++) x[i] *= scale;
        return alpha;
    }

    private readonly struct Products(Matrix<double> rest, Matrix<double> a, int k, double[] p) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) p[i] = VectorSums.Dot<double>(rest.Row(i), a.Row(k)[(k + 1)..]);
        }
    }

    private readonly struct RankTwoUpdate(Matrix<double> rest, Matrix<double> a, int k, double[] q) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var u = a.Row(k)[(k + 1)..];
            for (var i = first; i < limit; i++) VectorMap.Apply(rest.Row(i), u, q.AsSpan(0, u.Length), rest.Row(i), new MinusBoth(u[i], q[i]));
        }
    }

    private readonly struct Reflections(Matrix<double> reflectors, Matrix<double> vectors) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var start = first; start < limit; start += RowsAtOnce)
            {
                for (var k = reflectors.Rows - 2; k >= 0; k--)
                {
                    var u = reflectors.Row(k)[(k + 1)..];
                    for (var row = start; row < Math.Min(start + RowsAtOnce, limit); row++)
                    {
                        var part = vectors.Row(row)[(k + 1)..];
                        VectorMap.Apply(part, u, part, new Minus(VectorSums.Dot<double>(part, u)));
                    }
                }
            }
        }
    }

    private readonly struct MinusBoth(double ofQ, double ofU) : ITernaryMap<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Invoke(Vector256<double> row, Vector256<double> u, Vector256<double> q) => row - (q * ofQ + u * ofU);
    }

    private readonly struct Minus(double ofU) : IBinaryMap<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Invoke(Vector256<double> row, Vector256<double> u) => row - u * ofU;
    }
}
