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
        part.Columns = columns;
        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x48(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow;
        Vec c00, c01, c02;
        Vec c10, c11, c12;
        Vec c20, c21, c22;
        Vec c30, c31, c32;
        Vec c40, c41, c42;
        Vec c50, c51, c52;
        Vec c60, c61, c62;
        Vec c70, c71, c72;
        if (tile.Accumulate)
        {
            c00 = Vectors.Load(c); c01 = Vectors.Load(c + 16); c02 = Vectors.Load(c + 32);
            c10 = Vectors.Load(c + cRow); c11 = Vectors.Load(c + cRow + 16); c12 = Vectors.Load(c + cRow + 32);
            c20 = Vectors.Load(c + 2 * cRow); c21 = Vectors.Load(c + 2 * cRow + 16); c22 = Vectors.Load(c + 2 * cRow + 32);
            c30 = Vectors.Load(c + 3 * cRow); c31 = Vectors.Load(c + 3 * cRow + 16); c32 = Vectors.Load(c + 3 * cRow + 32);
            c40 = Vectors.Load(c + 4 * cRow); c41 = Vectors.Load(c + 4 * cRow + 16); c42 = Vectors.Load(c + 4 * cRow + 32);
            c50 = Vectors.Load(c + 5 * cRow); c51 = Vectors.Load(c + 5 * cRow + 16); c52 = Vectors.Load(c + 5 * cRow + 32);
            c60 = Vectors.Load(c + 6 * cRow); c61 = Vectors.Load(c + 6 * cRow + 16); c62 = Vectors.Load(c + 6 * cRow + 32);
            c70 = Vectors.Load(c + 7 * cRow); c71 = Vectors.Load(c + 7 * cRow + 16); c72 = Vectors.Load(c + 7 * cRow + 32);
        }
        else
        {
            c00 = c01 = c02 = Vec.Zero;
            c10 = c11 = c12 = Vec.Zero;
            c20 = c21 = c22 = Vec.Zero;
            c30 = c31 = c32 = Vec.Zero;
            c40 = c41 = c42 = Vec.Zero;
            c50 = c51 = c52 = Vec.Zero;
            c60 = c61 = c62 = Vec.Zero;
            c70 = c71 = c72 = Vec.Zero;
        }

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
        float* a = tile.A, b = tile.B, c = tile.C;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow;
        Vec c00, c01;
        Vec c10, c11;
        Vec c20, c21;
        Vec c30, c31;
        Vec c40, c41;
        Vec c50, c51;
        Vec c60, c61;
        Vec c70, c71;
        if (tile.Accumulate)
        {
            c00 = Vectors.Load(c); c01 = Vectors.Load(c + 16);
            c10 = Vectors.Load(c + cRow); c11 = Vectors.Load(c + cRow + 16);
            c20 = Vectors.Load(c + 2 * cRow); c21 = Vectors.Load(c + 2 * cRow + 16);
            c30 = Vectors.Load(c + 3 * cRow); c31 = Vectors.Load(c + 3 * cRow + 16);
            c40 = Vectors.Load(c + 4 * cRow); c41 = Vectors.Load(c + 4 * cRow + 16);
            c50 = Vectors.Load(c + 5 * cRow); c51 = Vectors.Load(c + 5 * cRow + 16);
            c60 = Vectors.Load(c + 6 * cRow); c61 = Vectors.Load(c + 6 * cRow + 16);
            c70 = Vectors.Load(c + 7 * cRow); c71 = Vectors.Load(c + 7 * cRow + 16);
        }
        else
        {
            c00 = c01 = Vec.Zero;
            c10 = c11 = Vec.Zero;
            c20 = c21 = Vec.Zero;
            c30 = c31 = Vec.Zero;
            c40 = c41 = Vec.Zero;
            c50 = c51 = Vec.Zero;
            c60 = c61 = Vec.Zero;
            c70 = c71 = Vec.Zero;
        }

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
        float* a = tile.A, b = tile.B, c = tile.C;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow;
        Vec c00;
        Vec c10;
        Vec c20;
        Vec c30;
        Vec c40;
        Vec c50;
        Vec c60;
        Vec c70;
        if (tile.Accumulate)
        {
            c00 = Vectors.Load(c);
            c10 = Vectors.Load(c + cRow);
            c20 = Vectors.Load(c + 2 * cRow);
            c30 = Vectors.Load(c + 3 * cRow);
            c40 = Vectors.Load(c + 4 * cRow);
            c50 = Vectors.Load(c + 5 * cRow);
            c60 = Vectors.Load(c + 6 * cRow);
            c70 = Vectors.Load(c + 7 * cRow);
        }
        else
        {
            c00 = Vec.Zero;
            c10 = Vec.Zero;
            c20 = Vec.Zero;
            c30 = Vec.Zero;
            c40 = Vec.Zero;
            c50 = Vec.Zero;
            c60 = Vec.Zero;
            c70 = Vec.Zero;
        }

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
        float* b = tile.B, c = tile.C;
        nint aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow;
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
        Vec c0, c1, c2, c3, c4, c5, c6, c7;
        if (tile.Accumulate)
        {
            c0 = LoadFirst(c, mask);
            c1 = LoadFirst(c + Math.Min(1, last) * cRow, mask);
            c2 = LoadFirst(c + Math.Min(2, last) * cRow, mask);
            c3 = LoadFirst(c + Math.Min(3, last) * cRow, mask);
            c4 = LoadFirst(c + Math.Min(4, last) * cRow, mask);
            c5 = LoadFirst(c + Math.Min(5, last) * cRow, mask);
            c6 = LoadFirst(c + Math.Min(6, last) * cRow, mask);
            c7 = LoadFirst(c + Math.Min(7, last) * cRow, mask);
        }
        else
        {
            c0 = Vec.Zero;
            c1 = Vec.Zero;
            c2 = Vec.Zero;
            c3 = Vec.Zero;
            c4 = Vec.Zero;
            c5 = Vec.Zero;
            c6 = Vec.Zero;
            c7 = Vec.Zero;
        }

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
