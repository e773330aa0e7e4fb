// The QR algorithm with implicit shifts: rotations that make a symmetric tridiagonal matrix diagonal.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.</summary>
/// <remarks>G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th edition, 2013, section 8.3.</remarks>
internal static class TridiagonalRotations
{
    // An element off the diagonal below this share of its neighbours is taken as zero: half a unit in their last place.
    private const double Negligible = 1.0 / (1L << 53);

    // And so is one below this share of the whole matrix, whose elements are about 1: its square would get lost.
    private const double Vanishing = 1e-100;

    // Two are usual.
    private const int MostSweepsPerValue = 30;

    // Columns of the vectors that are rotated at once: with 784 rows 400 KB, which the second cache holds.
    private const int ColumnsAtOnce = 64;

    // So many sweeps' rotations are kept before the vectors are rotated, so that a block of columns stays in the cache for all of them.
    private const int SweepsAtOnce = 16;

    /// <summary>Diagonalises a matrix whose largest element is from 1 up to 2.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="d">Diagonal, <c>[n]</c>; receives the eigenvalues, in no order.</param>
    /// <param name="e">Elements next to it, <c>[n - 1]</c>; receives zeros.</param>
    /// <returns>The eigenvectors as rows, <c>[n, n]</c>.</returns>
    /// <exception cref="InvalidOperationException">It takes more than 30 sweeps for each eigenvalue.</exception>
    public static Matrix<double> Diagonalize(Engine engine, double[] d, double[] e)
    {
        var vectors = new Matrix<double>(d.Length, d.Length);
        for (var i = 0; i < d.Length; i++) vectors[i, i] = 1;
        var rotations = new List<Rotation>();
        var sweeps = 0;
        for (var high = d.Length - 1; high > 0;)
        {
            var low = high;
            while (low > 0 && Math.Abs(e[low - 1]) > Negligible * (Math.Abs(d[low - 1]) + Math.Abs(d[low])) + Vanishing) low--;
            if (low > 0) e[low - 1] = 0;
            if (low == high)
            {
                high--;
                continue;
            }

            if (++sweeps > MostSweepsPerValue * d.Length) throw new InvalidOperationException("The eigenvalues did not converge.");
            Sweep(d, e, low, high, rotations);
            if (rotations.Count > SweepsAtOnce * d.Length) Rotate(engine, vectors, rotations);
        }

        Rotate(engine, vectors, rotations);
        return vectors;
    }

    // One step of the QR algorithm on rows low to high. With the shift s, the eigenvalue of the last two by two elements that is next to the last one
    // (16.8), the first rotation is that of the QR decomposition of T - s·I; it puts an element beside the three diagonals, which the others push down
    // and out (16.9).
    private static void Sweep(double[] d, double[] e, int low, int high, List<Rotation> rotations)
    {
        var (half, last) = ((d[high - 1] - d[high]) / 2, e[high - 1]);
        var root = Math.Sqrt(half * half + last * last);
        var shift = d[high] - last * last / (half + (half < 0 ? -root : root));
        var (x, z) = (d[low] - shift, e[low]);
        for (var k = low; k < high; k++)
        {
            var r = Math.Sqrt(x * x + z * z);
            var (c, s) = r > 0 ? (x / r, z / r) : (1, 0);
            if (k > low) e[k - 1] = r;
            var (upper, off, lower) = (d[k], e[k], d[k + 1]);
            d[k] = c * c * upper + 2 * c * s * off + s * s * lower;
            d[k + 1] = s * s * upper - 2 * c * s * off + c * c * lower;
            e[k] = c * s * (lower - upper) + (c * c - s * s) * off;
            if (k < high - 1)
            {
                (x, z) = (e[k], s * e[k + 1]);
                e[k + 1] *= c;
            }

            rotations.Add(new Rotation(k, c, s));
        }
    }

    private static void Rotate(Engine engine, Matrix<double> vectors, List<Rotation> rotations)
    {
        var blocks = (vectors.Columns + ColumnsAtOnce - 1) / ColumnsAtOnce;
        engine.ForRows(blocks, rotations.Count * ColumnsAtOnce, new Rotations(vectors, rotations));
        rotations.Clear();
    }

    /// <summary>Rows k and k + 1 become c·row k + s·row k+1 and c·row k+1 - s·row k.</summary>
    private readonly record struct Rotation(int Row, double C, double S);

    private readonly struct Rotations(Matrix<double> vectors, List<Rotation> rotations) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var block = first; block < limit; block++)
            {
                var (column, columns) = (block * ColumnsAtOnce, Math.Min(ColumnsAtOnce, vectors.Columns - block * ColumnsAtOnce));
                foreach (var (row, c, s) in CollectionsMarshal.AsSpan(rotations))
                    Apply(vectors.Row(row).Slice(column, columns), vectors.Row(row + 1).Slice(column, columns), c, s);
            }
        }

        private static void Apply(Span<double> upper, Span<double> lower, double c, double s)
        {
            var uppers = MemoryMarshal.Cast<double, Vector256<double>>(upper);
            var lowers = MemoryMarshal.Cast<double, Vector256<double>>(lower);
            for (var i = 0; i < uppers.Length; i++)
            {
                var (a, b) = (uppers[i], lowers[i]);
                uppers[i] = a * c + b * s;
                lowers[i] = b * c - a * s;
            }

            for (var i = uppers.Length * Vector256<double>.Count; i < upper.Length; i++)
            {
                var (a, b) = (upper[i], lower[i]);
                upper[i] = a * c + b * s;
                lower[i] = b * c - a * s;
            }
        }
    }
}
