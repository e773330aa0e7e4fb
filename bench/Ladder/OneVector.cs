// Step 3 of the ladder: eight neighbouring elements of C at a time, in one vector register. n is a multiple of 8.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Bench.Ladder;

internal static class OneVector
{
    public const string Why =
        "One instruction works on eight sums, and they stay in a register until they are complete: C is written once instead of k times.";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j += 8)
            {
                var sums = Vector256<float>.Zero;
                for (var p = 0; p < k; p++)
                    sums = Vector256.FusedMultiplyAdd(Vector256.Create(a[i * k + p]), Vector256.LoadUnsafe(in b[p * n + j]), sums);
                sums.StoreUnsafe(ref c[i * n + j]);
            }
        }
    }
}
