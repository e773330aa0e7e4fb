// The AVX-512 sparse kernels: those of AVX2 with vectors twice as wide, so half as many. A block of B has to fit into the first cache, which
// is why they do not use the other registers: wider strips would be lower, and the sums would go to C and back more often.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;
using Vectors = System.Runtime.Intrinsics.Vector512;

namespace VaeFromScratch.Tensors;

/// <summary>512-bit sparse kernels for x64 with AVX-512F: one row of 7 or 6 vectors.</summary>
internal static unsafe class SparseKernelAvx512
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

            Vec c0 = Vectors.Load(s), c1 = Vectors.Load(s + 16), c2 = Vectors.Load(s + 32), c3 = Vectors.Load(s + 48);
            Vec c4 = Vectors.Load(s + 64), c5 = Vectors.Load(s + 80), c6 = Vectors.Load(s + 96);

            for (var bits = *mask; bits != 0; bits &= bits - 1)
            {
                nint p = BitOperations.TrailingZeroCount(bits);
                var x = Vectors.Create(a[p]);
                var r = b + p * bStep;
                c0 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r), c0); c1 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 16), c1);
                c2 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 32), c2); c3 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 48), c3);
                c4 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 64), c4); c5 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 80), c5);
                c6 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 96), c6);
            }

            c0.Store(c); c1.Store(c + 16); c2.Store(c + 32); c3.Store(c + 48); c4.Store(c + 64);
            c5.Store(c + 80); c6.Store(c + 96);
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

            Vec c0 = Vectors.Load(s), c1 = Vectors.Load(s + 16), c2 = Vectors.Load(s + 32), c3 = Vectors.Load(s + 48);
            Vec c4 = Vectors.Load(s + 64), c5 = Vectors.Load(s + 80);

            for (var bits = *mask; bits != 0; bits &= bits - 1)
            {
                nint p = BitOperations.TrailingZeroCount(bits);
                var x = Vectors.Create(a[p]);
                var r = b + p * bStep;
                c0 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r), c0); c1 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 16), c1);
                c2 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 32), c2); c3 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 48), c3);
                c4 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 64), c4); c5 = Vectors.FusedMultiplyAdd(x, Vectors.Load(r + 80), c5);
            }

            c0.Store(c); c1.Store(c + 16); c2.Store(c + 32); c3.Store(c + 48); c4.Store(c + 64);
            c5.Store(c + 80);
            a += aRow;
            mask += maskRow;
            c += cRow;
            s += sRow;
        }
    }
}
