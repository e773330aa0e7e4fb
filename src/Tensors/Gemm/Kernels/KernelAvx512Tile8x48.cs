// The AVX-512 micro-kernel. A tile is 8 rows of 3 vectors: 24 of the 32 vector registers hold sums, 3 hold a row of B, 1 a
// number of A. Per step it loads 3 vectors and 8 numbers for 24 multiply-adds, so the arithmetic units, not the loads, set the
// pace. Narrower tiles (2 vectors, 1 vector, part of a vector) serve the right edge of C. No calls inside the k loops: the
// compiler would move every sum to the stack around them.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;
using Vectors = System.Runtime.Intrinsics.Vector512;

namespace VaeFromScratch.Tensors;

/// <summary>512-bit kernel for x64 with AVX-512F: 8 rows of 3 vectors.</summary>
internal static unsafe class KernelAvx512Tile8x48
{
    public const int Rows = 8;
    public const int Columns = 48;

    public static void Compute(in GemmTile tile)
    {
        var done = 0;
        if (tile.Rows == Rows)
        {
            if (tile.Columns == Columns)
            {
                Tile8x48(in tile);
                return;
            }

            if (tile.Columns - done >= 32)
            {
                Tile8x32(Part(in tile, done, 32));
                done += 32;
            }

            if (tile.Columns - done >= 16)
            {
                Tile8x16(Part(in tile, done, 16));
                done += 16;
            }
        }

        for (; done < tile.Columns; done += 16) Edge8x16(Part(in tile, done, Math.Min(16, tile.Columns - done)));
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
    private static void Tile8x48(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 16), c02 = Vectors.Load(s + 32);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 16), c12 = Vectors.Load(s + sRow + 32);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 16), c22 = Vectors.Load(s + 2 * sRow + 32);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 16), c32 = Vectors.Load(s + 3 * sRow + 32);
        Vec c40 = Vectors.Load(s + 4 * sRow), c41 = Vectors.Load(s + 4 * sRow + 16), c42 = Vectors.Load(s + 4 * sRow + 32);
        Vec c50 = Vectors.Load(s + 5 * sRow), c51 = Vectors.Load(s + 5 * sRow + 16), c52 = Vectors.Load(s + 5 * sRow + 32);
        Vec c60 = Vectors.Load(s + 6 * sRow), c61 = Vectors.Load(s + 6 * sRow + 16), c62 = Vectors.Load(s + 6 * sRow + 32);
        Vec c70 = Vectors.Load(s + 7 * sRow), c71 = Vectors.Load(s + 7 * sRow + 16), c72 = Vectors.Load(s + 7 * sRow + 32);

        var aLow = a + 4 * aRow;
        var aRow3 = 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 16), b2 = Vectors.Load(b + 32);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00); c01 = Vectors.FusedMultiplyAdd(x, b1, c01); c02 = Vectors.FusedMultiplyAdd(x, b2, c02);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10); c11 = Vectors.FusedMultiplyAdd(x, b1, c11); c12 = Vectors.FusedMultiplyAdd(x, b2, c12);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20); c21 = Vectors.FusedMultiplyAdd(x, b1, c21); c22 = Vectors.FusedMultiplyAdd(x, b2, c22);
            x = Vectors.Create(a[aRow3]);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30); c31 = Vectors.FusedMultiplyAdd(x, b1, c31); c32 = Vectors.FusedMultiplyAdd(x, b2, c32);
            x = Vectors.Create(*aLow);
            c40 = Vectors.FusedMultiplyAdd(x, b0, c40); c41 = Vectors.FusedMultiplyAdd(x, b1, c41); c42 = Vectors.FusedMultiplyAdd(x, b2, c42);
            x = Vectors.Create(aLow[aRow]);
            c50 = Vectors.FusedMultiplyAdd(x, b0, c50); c51 = Vectors.FusedMultiplyAdd(x, b1, c51); c52 = Vectors.FusedMultiplyAdd(x, b2, c52);
            x = Vectors.Create(aLow[2 * aRow]);
            c60 = Vectors.FusedMultiplyAdd(x, b0, c60); c61 = Vectors.FusedMultiplyAdd(x, b1, c61); c62 = Vectors.FusedMultiplyAdd(x, b2, c62);
            x = Vectors.Create(aLow[aRow3]);
            c70 = Vectors.FusedMultiplyAdd(x, b0, c70); c71 = Vectors.FusedMultiplyAdd(x, b1, c71); c72 = Vectors.FusedMultiplyAdd(x, b2, c72);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c01.Store(c + 16); c02.Store(c + 32); c += cRow;
        c10.Store(c); c11.Store(c + 16); c12.Store(c + 32); c += cRow;
        c20.Store(c); c21.Store(c + 16); c22.Store(c + 32); c += cRow;
        c30.Store(c); c31.Store(c + 16); c32.Store(c + 32); c += cRow;
        c40.Store(c); c41.Store(c + 16); c42.Store(c + 32); c += cRow;
        c50.Store(c); c51.Store(c + 16); c52.Store(c + 32); c += cRow;
        c60.Store(c); c61.Store(c + 16); c62.Store(c + 32); c += cRow;
        c70.Store(c); c71.Store(c + 16); c72.Store(c + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x32(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 16);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 16);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 16);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 16);
        Vec c40 = Vectors.Load(s + 4 * sRow), c41 = Vectors.Load(s + 4 * sRow + 16);
        Vec c50 = Vectors.Load(s + 5 * sRow), c51 = Vectors.Load(s + 5 * sRow + 16);
        Vec c60 = Vectors.Load(s + 6 * sRow), c61 = Vectors.Load(s + 6 * sRow + 16);
        Vec c70 = Vectors.Load(s + 7 * sRow), c71 = Vectors.Load(s + 7 * sRow + 16);

        var aLow = a + 4 * aRow;
        var aRow3 = 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 16);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00); c01 = Vectors.FusedMultiplyAdd(x, b1, c01);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10); c11 = Vectors.FusedMultiplyAdd(x, b1, c11);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20); c21 = Vectors.FusedMultiplyAdd(x, b1, c21);
            x = Vectors.Create(a[aRow3]);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30); c31 = Vectors.FusedMultiplyAdd(x, b1, c31);
            x = Vectors.Create(*aLow);
            c40 = Vectors.FusedMultiplyAdd(x, b0, c40); c41 = Vectors.FusedMultiplyAdd(x, b1, c41);
            x = Vectors.Create(aLow[aRow]);
            c50 = Vectors.FusedMultiplyAdd(x, b0, c50); c51 = Vectors.FusedMultiplyAdd(x, b1, c51);
            x = Vectors.Create(aLow[2 * aRow]);
            c60 = Vectors.FusedMultiplyAdd(x, b0, c60); c61 = Vectors.FusedMultiplyAdd(x, b1, c61);
            x = Vectors.Create(aLow[aRow3]);
            c70 = Vectors.FusedMultiplyAdd(x, b0, c70); c71 = Vectors.FusedMultiplyAdd(x, b1, c71);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c01.Store(c + 16); c += cRow;
        c10.Store(c); c11.Store(c + 16); c += cRow;
        c20.Store(c); c21.Store(c + 16); c += cRow;
        c30.Store(c); c31.Store(c + 16); c += cRow;
        c40.Store(c); c41.Store(c + 16); c += cRow;
        c50.Store(c); c51.Store(c + 16); c += cRow;
        c60.Store(c); c61.Store(c + 16); c += cRow;
        c70.Store(c); c71.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x16(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        var c00 = Vectors.Load(s);
        var c10 = Vectors.Load(s + sRow);
        var c20 = Vectors.Load(s + 2 * sRow);
        var c30 = Vectors.Load(s + 3 * sRow);
        var c40 = Vectors.Load(s + 4 * sRow);
        var c50 = Vectors.Load(s + 5 * sRow);
        var c60 = Vectors.Load(s + 6 * sRow);
        var c70 = Vectors.Load(s + 7 * sRow);

        var aLow = a + 4 * aRow;
        var aRow3 = 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b);
            var x = Vectors.Create(*a);
            c00 = Vectors.FusedMultiplyAdd(x, b0, c00);
            x = Vectors.Create(a[aRow]);
            c10 = Vectors.FusedMultiplyAdd(x, b0, c10);
            x = Vectors.Create(a[2 * aRow]);
            c20 = Vectors.FusedMultiplyAdd(x, b0, c20);
            x = Vectors.Create(a[aRow3]);
            c30 = Vectors.FusedMultiplyAdd(x, b0, c30);
            x = Vectors.Create(*aLow);
            c40 = Vectors.FusedMultiplyAdd(x, b0, c40);
            x = Vectors.Create(aLow[aRow]);
            c50 = Vectors.FusedMultiplyAdd(x, b0, c50);
            x = Vectors.Create(aLow[2 * aRow]);
            c60 = Vectors.FusedMultiplyAdd(x, b0, c60);
            x = Vectors.Create(aLow[aRow3]);
            c70 = Vectors.FusedMultiplyAdd(x, b0, c70);
            a += aStep;
            aLow += aStep;
            b += bStep;
        }

        c00.Store(c); c += cRow;
        c10.Store(c); c += cRow;
        c20.Store(c); c += cRow;
        c30.Store(c); c += cRow;
        c40.Store(c); c += cRow;
        c50.Store(c); c += cRow;
        c60.Store(c); c += cRow;
        c70.Store(c);
    }

    // Rows beyond the tile's last are computed again from the last one and not stored; columns beyond it are masked out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge8x16(in GemmTile tile)
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
        var a6 = a0 + Math.Min(6, last) * tile.ARow;
        var a7 = a0 + Math.Min(7, last) * tile.ARow;
        var mask = Mask(tile.Columns);
        var c0 = LoadFirst(s, mask);
        var c1 = LoadFirst(s + Math.Min(1, last) * sRow, mask);
        var c2 = LoadFirst(s + Math.Min(2, last) * sRow, mask);
        var c3 = LoadFirst(s + Math.Min(3, last) * sRow, mask);
        var c4 = LoadFirst(s + Math.Min(4, last) * sRow, mask);
        var c5 = LoadFirst(s + Math.Min(5, last) * sRow, mask);
        var c6 = LoadFirst(s + Math.Min(6, last) * sRow, mask);
        var c7 = LoadFirst(s + Math.Min(7, last) * sRow, mask);

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
            c6 = Vectors.FusedMultiplyAdd(Vectors.Create(a6[step]), row, c6);
            c7 = Vectors.FusedMultiplyAdd(Vectors.Create(a7[step]), row, c7);
            step += aStep;
            b += bStep;
        }

        StoreFirst(c, mask, c0);
        if (last >= 1) StoreFirst(c + cRow, mask, c1);
        if (last >= 2) StoreFirst(c + 2 * cRow, mask, c2);
        if (last >= 3) StoreFirst(c + 3 * cRow, mask, c3);
        if (last >= 4) StoreFirst(c + 4 * cRow, mask, c4);
        if (last >= 5) StoreFirst(c + 5 * cRow, mask, c5);
        if (last >= 6) StoreFirst(c + 6 * cRow, mask, c6);
        if (last >= 7) StoreFirst(c + 7 * cRow, mask, c7);
    }

    // The first lanes of a mask are set: as many as there are columns left.
    private static Vec Mask(int columns) =>
        Vectors.LessThan(Vectors.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vectors.Create((float)columns));

    private static Vec LoadFirst(float* from, Vec mask) => Avx512F.MaskLoad(from, mask, Vec.Zero);

    private static void StoreFirst(float* to, Vec mask, Vec value) => Avx512F.MaskStore(to, mask, value);
}
