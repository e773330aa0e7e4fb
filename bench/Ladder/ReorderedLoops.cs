// Step 2 of the ladder: the same three loops, the inner two exchanged.

using System.Runtime.CompilerServices;

namespace VaeFromScratch.Bench.Ladder;

internal static class ReorderedLoops
{
    public const string Why =
        "With j innermost, B and C are read along their rows, and neighbouring multiply-adds belong to different sums, so none waits for the one before it.";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        c.Clear();
        for (var i = 0; i < m; i++)
        {
            var sums = c.Slice(i * n, n);
            for (var p = 0; p < k; p++)
            {
                var x = a[i * k + p];
                var row = b.Slice(p * n, n);
                for (var j = 0; j < sums.Length && j < row.Length; j++) sums[j] = MathF.FusedMultiplyAdd(x, row[j], sums[j]);
            }
        }
    }
}
