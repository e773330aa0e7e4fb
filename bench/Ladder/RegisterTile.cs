// Step 4 of the ladder: a tile of 4 rows and 2 vectors of C in registers. m is a multiple of 4, n of 16.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Bench.Ladder;

internal static class RegisterTile
{
    public const string Why =
        "Eight vectors of sums side by side keep the arithmetic units busy while each waits for its own last result, and 6 loads serve 8 multiply-adds instead of 2 serving 1.";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (var i = 0; i < m; i += 4)
        {
            ReadOnlySpan<float> a0 = a.Slice(i * k, k), a1 = a.Slice((i + 1) * k, k), a2 = a.Slice((i + 2) * k, k), a3 = a.Slice((i + 3) * k, k);
            for (var j = 0; j < n; j += 16)
            {
                Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
                for (var p = 0; p < k; p++)
                {
                    Vector256<float> b0 = Vector256.LoadUnsafe(in b[p * n + j]), b1 = Vector256.LoadUnsafe(in b[p * n + j + 8]);
                    var x = Vector256.Create(a0[p]);
                    c00 = Vector256.FusedMultiplyAdd(x, b0, c00); c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
                    x = Vector256.Create(a1[p]);
                    c10 = Vector256.FusedMultiplyAdd(x, b0, c10); c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
                    x = Vector256.Create(a2[p]);
                    c20 = Vector256.FusedMultiplyAdd(x, b0, c20); c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
                    x = Vector256.Create(a3[p]);
                    c30 = Vector256.FusedMultiplyAdd(x, b0, c30); c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
                }

                c00.StoreUnsafe(ref c[i * n + j]); c01.StoreUnsafe(ref c[i * n + j + 8]);
                c10.StoreUnsafe(ref c[(i + 1) * n + j]); c11.StoreUnsafe(ref c[(i + 1) * n + j + 8]);
                c20.StoreUnsafe(ref c[(i + 2) * n + j]); c21.StoreUnsafe(ref c[(i + 2) * n + j + 8]);
                c30.StoreUnsafe(ref c[(i + 3) * n + j]); c31.StoreUnsafe(ref c[(i + 3) * n + j + 8]);
            }
        }
    }
}
