// The AVX2 micro-kernel. A tile is 6 rows of 2 vectors: 12 of the 16 vector registers hold sums, 2 hold a row of B, 1 a number
// of A. Per step it loads 2 vectors and 6 numbers for 12 multiply-adds, of which the machine starts 2 a cycle, as it does loads. (14.6)
// Laid out as its siblings are, so that a diff of two kernels shows just what differs.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector256<float>;
using Vectors = System.Runtime.Intrinsics.Vector256;

namespace VaeFromScratch.Tensors;

/// <summary>256-bit kernel for x64 with AVX2 and FMA: 6 rows of 2 vectors.</summary>
internal static unsafe class KernelAvx2Tile6x16
{
    public const int Rows = 6;
    public const int FewRows = 4;
    public const int Columns = 16;

    public static void Compute(in GemmTile tile)
    {
        if (tile is { Rows: FewRows, Columns: Columns })
        {
            Tile4x16(in tile);
            return;
        }

        var done = 0;
        if (tile.Rows == Rows)
        {
            if (tile.Columns == Columns)
            {
                Tile6x16(in tile);
                return;
            }

            if (tile.Columns - done >= 8)
            {
                Tile6x8(Part(in tile, done, 8));
                done += 8;
            }
        }

        for (; done < tile.Columns; done += 8) Edge6x8(Part(in tile, done, Math.Min(8, tile.Columns - done)));
    }

    private static GemmTile Part(in GemmTile tile, int column, int columns)
    {
        var part = tile;
        part.B += column;
        part.C += column;
        part.Start += column;
        part.Columns = columns;
        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x16(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 8);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 8);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 8);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 8);
        Vec c40 = Vectors.Load(s + 4 * sRow), c41 = Vectors.Load(s + 4 * sRow + 8);
        Vec c50 = Vectors.Load(s + 5 * sRow), c51 = Vectors.Load(s + 5 * sRow + 8);

        var aLow = a + 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 8);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00); c01 = Vectors.FusedMultiplyAdd(x, b1, c01);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10); c11 = Vectors.FusedMultiplyAdd(x, b1, c11);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20); c21 = Vectors.FusedMultiplyAdd(x, b1, c21);
            x = Vectors.Create(*aLow);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30); c31 = Vectors.FusedMultiplyAdd(x, b1, c31);
            x = Vectors.Create(aLow[aRow]);
            c40 = Vectors.FusedMultiplyAdd(x, b0, c40); c41 = Vectors.FusedMultiplyAdd(x, b1, c41);
            x = Vectors.Create(aLow[2 * aRow]);
            c50 = Vectors.FusedMultiplyAdd(x, b0, c50); c51 = Vectors.FusedMultiplyAdd(x, b1, c51);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c01.Store(c + 8); c += cRow;
        c10.Store(c); c11.Store(c + 8); c += cRow;
        c20.Store(c); c21.Store(c + 8); c += cRow;
        c30.Store(c); c31.Store(c + 8); c += cRow;
        c40.Store(c); c41.Store(c + 8); c += cRow;
        c50.Store(c); c51.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x16(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 8);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 8);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 8);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 8);

        var aLow = a + 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 8);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00); c01 = Vectors.FusedMultiplyAdd(x, b1, c01);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10); c11 = Vectors.FusedMultiplyAdd(x, b1, c11);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20); c21 = Vectors.FusedMultiplyAdd(x, b1, c21);
            x = Vectors.Create(*aLow);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30); c31 = Vectors.FusedMultiplyAdd(x, b1, c31);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c01.Store(c + 8); c += cRow;
        c10.Store(c); c11.Store(c + 8); c += cRow;
        c20.Store(c); c21.Store(c + 8); c += cRow;
        c30.Store(c); c31.Store(c + 8); c += cRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x8(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        var c00 = Vectors.Load(s);
        var c10 = Vectors.Load(s + sRow);
        var c20 = Vectors.Load(s + 2 * sRow);
        var c30 = Vectors.Load(s + 3 * sRow);
        var c40 = Vectors.Load(s + 4 * sRow);
        var c50 = Vectors.Load(s + 5 * sRow);

        var aLow = a + 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20);
            x = Vectors.Create(*aLow);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30);
            x = Vectors.Create(aLow[aRow]);
            c40 = Vectors.FusedMultiplyAdd(x, b0, c40);
            x = Vectors.Create(aLow[2 * aRow]);
            c50 = Vectors.FusedMultiplyAdd(x, b0, c50);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c += cRow;
        c10.Store(c); c += cRow;
        c20.Store(c); c += cRow;
        c30.Store(c); c += cRow;
        c40.Store(c); c += cRow;
        c50.Store(c);
    }

    // Rows beyond the tile's last are computed again from the last one and not stored; columns beyond it are masked out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge6x8(in GemmTile tile)
    {
        float* b = tile.B, c = tile.C, s = tile.Start;
        nint aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        var last = tile.Rows - 1;
        float* a0 = tile.A;
        var a1 = a0 + Math.Min(1, last) * tile.ARow;
        var a2 = a0 + Math.Min(2, last) * tile.ARow;
        var a3 = a0 + Math.Min(3, last) * tile.ARow;
        var a4 = a0 + Math.Min(4, last) * tile.ARow;
        var a5 = a0 + Math.Min(5, last) * tile.ARow;
        var mask = Mask(tile.Columns);
        var c0 = LoadFirst(s, mask);
        var c1 = LoadFirst(s + Math.Min(1, last) * sRow, mask);
        var c2 = LoadFirst(s + Math.Min(2, last) * sRow, mask);
        var c3 = LoadFirst(s + Math.Min(3, last) * sRow, mask);
        var c4 = LoadFirst(s + Math.Min(4, last) * sRow, mask);
        var c5 = LoadFirst(s + Math.Min(5, last) * sRow, mask);

        nint step = 0;
        for (var p = tile.K; p > 0; p--)
        {
            var row = LoadFirst(b, mask);
            c0 = Vectors.FusedMultiplyAdd(Vectors.Create(a0[step]), row, c0);
            c1 = Vectors.FusedMultiplyAdd(Vectors.Create(a1[step]), row, c1);
            c2 = Vectors.FusedMultiplyAdd(Vectors.Create(a2[step]), row, c2);
            c3 = Vectors.FusedMultiplyAdd(Vectors.Create(a3[step]), row, c3);
            c4 = Vectors.FusedMultiplyAdd(Vectors.Create(a4[step]), row, c4);
            c5 = Vectors.FusedMultiplyAdd(Vectors.Create(a5[step]), row, c5);
            step += aStep;
            b += bStep;
        }

        StoreFirst(c, mask, c0);
        if (last >= 1) StoreFirst(c + cRow, mask, c1);
        if (last >= 2) StoreFirst(c + 2 * cRow, mask, c2);
        if (last >= 3) StoreFirst(c + 3 * cRow, mask, c3);
        if (last >= 4) StoreFirst(c + 4 * cRow, mask, c4);
        if (last >= 5) StoreFirst(c + 5 * cRow, mask, c5);
    }

    // The first lanes of a mask are set: as many as there are columns left.
    private static Vec Mask(int columns) => Vectors.LessThan(Vectors.Create(0f, 1, 2, 3, 4, 5, 6, 7), Vectors.Create((float)columns));

    private static Vec LoadFirst(float* from, Vec mask) => Avx.MaskLoad(from, mask);

    private static void StoreFirst(float* to, Vec mask, Vec value) => Avx.MaskStore(to, mask, value);
}
