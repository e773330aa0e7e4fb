// The AVX2 sparse kernels. 14 of the 16 vector registers hold sums of one row of C, 1 a number of A; the row of B comes from the first
// cache as an operand of the multiply-adds. Per number of A that is not zero it loads 15 vectors for 14 multiply-adds, two a cycle each. (14.10)

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector256<float>;
using Vectors = System.Runtime.Intrinsics.Vector256;

namespace VaeFromScratch.Tensors;

/// <summary>256-bit sparse kernels for x64 with AVX2 and FMA: one row of 14 or 12 vectors.</summary>
internal static unsafe class SparseKernelAvx2
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute112(in SparseRows rows)
    {
        float* a = rows.A, b = rows.B, c = rows.C, s = rows.Start;
        var mask = rows.Mask;
        var fetch = rows.Fetch;
        nint aRow = rows.ARow, maskRow = rows.MaskRow, bStep = rows.BStep, cRow = rows.CRow, sRow = rows.StartRow;
        for (var row = rows.Rows; row > 0; row--)
        {
            if (fetch != null)
            {
                Sse.Prefetch1(fetch);
                Sse.Prefetch1(fetch + 16);
                Sse.Prefetch1(fetch + 32);
                Sse.Prefetch1(fetch + 48);
                Sse.Prefetch1(fetch + 64);
                Sse.Prefetch1(fetch + 80);
                Sse.Prefetch1(fetch + 96);
                fetch += bStep;
            }

            Vec c0 = Vectors.Load(s), c1 = Vectors.Load(s + 8), c2 = Vectors.Load(s + 16), c3 = Vectors.Load(s + 24);
            Vec c4 = Vectors.Load(s + 32), c5 = Vectors.Load(s + 40), c6 = Vectors.Load(s + 48), c7 = Vectors.Load(s + 56);
            Vec c8 = Vectors.Load(s + 64), c9 = Vectors.Load(s + 72), c10 = Vectors.Load(s + 80), c11 = Vectors.Load(s + 88);
            Vec c12 = Vectors.Load(s + 96), c13 = Vectors.Load(s + 104);

            for (var bits = *mask; bits != 0; bits &= bits - 1)
            {
                nint p = BitOperations.TrailingZeroCount(bits);
                var x = Vectors.Create(a[p]);
                var r = b + p * bStep;
                c0 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r), c0); c1 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 8), c1);
                c2 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 16), c2); c3 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 24), c3);
                c4 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 32), c4); c5 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 40), c5);
                c6 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 48), c6); c7 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 56), c7);
                c8 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 64), c8); c9 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 72), c9);
                c10 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 80), c10); c11 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 88), c11);
                c12 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 96), c12); c13 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 104), c13);
            }

            c0.Store(c); c1.Store(c + 8); c2.Store(c + 16); c3.Store(c + 24); c4.Store(c + 32);
            c5.Store(c + 40); c6.Store(c + 48); c7.Store(c + 56); c8.Store(c + 64); c9.Store(c + 72);
            c10.Store(c + 80); c11.Store(c + 88); c12.Store(c + 96); c13.Store(c + 104);
            a += aRow;
            mask += maskRow;
            c += cRow;
            s += sRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute96(in SparseRows rows)
    {
        float* a = rows.A, b = rows.B, c = rows.C, s = rows.Start;
        var mask = rows.Mask;
        var fetch = rows.Fetch;
        nint aRow = rows.ARow, maskRow = rows.MaskRow, bStep = rows.BStep, cRow = rows.CRow, sRow = rows.StartRow;
        for (var row = rows.Rows; row > 0; row--)
        {
            if (fetch != null)
            {
                Sse.Prefetch1(fetch);
                Sse.Prefetch1(fetch + 16);
                Sse.Prefetch1(fetch + 32);
                Sse.Prefetch1(fetch + 48);
                Sse.Prefetch1(fetch + 64);
                Sse.Prefetch1(fetch + 80);
                fetch += bStep;
            }

            Vec c0 = Vectors.Load(s), c1 = Vectors.Load(s + 8), c2 = Vectors.Load(s + 16), c3 = Vectors.Load(s + 24);
            Vec c4 = Vectors.Load(s + 32), c5 = Vectors.Load(s + 40), c6 = Vectors.Load(s + 48), c7 = Vectors.Load(s + 56);
            Vec c8 = Vectors.Load(s + 64), c9 = Vectors.Load(s + 72), c10 = Vectors.Load(s + 80), c11 = Vectors.Load(s + 88);

            for (var bits = *mask; bits != 0; bits &= bits - 1)
            {
                nint p = BitOperations.TrailingZeroCount(bits);
                var x = Vectors.Create(a[p]);
                var r = b + p * bStep;
                c0 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r), c0); c1 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 8), c1);
                c2 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 16), c2); c3 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 24), c3);
                c4 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 32), c4); c5 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 40), c5);
                c6 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 48), c6); c7 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 56), c7);
                c8 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 64), c8); c9 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 72), c9);
                c10 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 80), c10); c11 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 88), c11);
            }

            c0.Store(c); c1.Store(c + 8); c2.Store(c + 16); c3.Store(c + 24); c4.Store(c + 32);
            c5.Store(c + 40); c6.Store(c + 48); c7.Store(c + 56); c8.Store(c + 64); c9.Store(c + 72);
            c10.Store(c + 80); c11.Store(c + 88);
            a += aRow;
            mask += maskRow;
            c += cRow;
            s += sRow;
        }
    }
}
