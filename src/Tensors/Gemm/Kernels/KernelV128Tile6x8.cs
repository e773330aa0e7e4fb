// The 128-bit micro-kernel, for ARM64 NEON and for x64 with FMA. A tile is 6 rows of 2 vectors: 12 of the 16 vector registers
// of x64 (of 32 on ARM64) hold sums, 2 hold a row of B, 1 a number of A. There is no masked load at this width, so part of a
// vector is put together number by number.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector128<float>;
using Vectors = System.Runtime.Intrinsics.Vector128;

namespace VaeFromScratch.Tensors;

/// <summary>128-bit kernel for ARM64 NEON and for x64 with FMA: 6 rows of 2 vectors.</summary>
internal static unsafe class KernelV128Tile6x8
{
    public const int Rows = 6;
    public const int FewRows = 4;
    public const int Columns = 8;

    public static void Compute(in GemmTile tile)
    {
        if (tile is { Rows: FewRows, Columns: Columns })
        {
            Tile4x8(in tile);
            return;
        }

        var done = 0;
        if (tile.Rows == Rows)
        {
            if (tile.Columns == Columns)
            {
                Tile6x8(in tile);
                return;
            }

            if (tile.Columns - done >= 4)
            {
                Tile6x4(Part(in tile, done, 4));
                done += 4;
            }
        }

        for (; done < tile.Columns; done += 4) Edge6x4(Part(in tile, done, Math.Min(4, tile.Columns - done)));
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
    private static void Tile6x8(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 4);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 4);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 4);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 4);
        Vec c40 = Vectors.Load(s + 4 * sRow), c41 = Vectors.Load(s + 4 * sRow + 4);
        Vec c50 = Vectors.Load(s + 5 * sRow), c51 = Vectors.Load(s + 5 * sRow + 4);

        var aLow = a + 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 4);
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

        c00.Store(c); c01.Store(c + 4); c += cRow;
        c10.Store(c); c11.Store(c + 4); c += cRow;
        c20.Store(c); c21.Store(c + 4); c += cRow;
        c30.Store(c); c31.Store(c + 4); c += cRow;
        c40.Store(c); c41.Store(c + 4); c += cRow;
        c50.Store(c); c51.Store(c + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x8(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        Vec c00 = Vectors.Load(s), c01 = Vectors.Load(s + 4);
        Vec c10 = Vectors.Load(s + sRow), c11 = Vectors.Load(s + sRow + 4);
        Vec c20 = Vectors.Load(s + 2 * sRow), c21 = Vectors.Load(s + 2 * sRow + 4);
        Vec c30 = Vectors.Load(s + 3 * sRow), c31 = Vectors.Load(s + 3 * sRow + 4);

        var aLow = a + 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            Vec b0 = Vectors.Load(b), b1 = Vectors.Load(b + 4);
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

        c00.Store(c); c01.Store(c + 4); c += cRow;
        c10.Store(c); c11.Store(c + 4); c += cRow;
        c20.Store(c); c21.Store(c + 4); c += cRow;
        c30.Store(c); c31.Store(c + 4); c += cRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4(in GemmTile tile)
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
    private static void Edge6x4(in GemmTile tile)
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
        var columns = tile.Columns;
        var c0 = LoadFirst(s, columns);
        var c1 = LoadFirst(s + Math.Min(1, last) * sRow, columns);
        var c2 = LoadFirst(s + Math.Min(2, last) * sRow, columns);
        var c3 = LoadFirst(s + Math.Min(3, last) * sRow, columns);
        var c4 = LoadFirst(s + Math.Min(4, last) * sRow, columns);
        var c5 = LoadFirst(s + Math.Min(5, last) * sRow, columns);

        nint step = 0;
        for (var p = tile.K; p > 0; p--)
        {
            var row = LoadFirst(b, columns);
            c0 = Vectors.FusedMultiplyAdd(Vectors.Create(a0[step]), row, c0);
            c1 = Vectors.FusedMultiplyAdd(Vectors.Create(a1[step]), row, c1);
            c2 = Vectors.FusedMultiplyAdd(Vectors.Create(a2[step]), row, c2);
            c3 = Vectors.FusedMultiplyAdd(Vectors.Create(a3[step]), row, c3);
            c4 = Vectors.FusedMultiplyAdd(Vectors.Create(a4[step]), row, c4);
            c5 = Vectors.FusedMultiplyAdd(Vectors.Create(a5[step]), row, c5);
            step += aStep;
            b += bStep;
        }

        StoreFirst(c, columns, c0);
        if (last >= 1) StoreFirst(c + cRow, columns, c1);
        if (last >= 2) StoreFirst(c + 2 * cRow, columns, c2);
        if (last >= 3) StoreFirst(c + 3 * cRow, columns, c3);
        if (last >= 4) StoreFirst(c + 4 * cRow, columns, c4);
        if (last >= 5) StoreFirst(c + 5 * cRow, columns, c5);
    }

    private static Vec LoadFirst(float* from, int columns) => columns switch
    {
        1 => Vectors.CreateScalar(*from),
        2 => Vectors.Create(from[0], from[1], 0, 0),
        3 => Vectors.Create(from[0], from[1], from[2], 0),
        _ => Vectors.Load(from),
    };

    private static void StoreFirst(float* to, int columns, Vec value)
    {
        if (columns == 4) value.Store(to);
        else
            for (var j = 0; j < columns; j++) to[j] = value.GetElement(j);
    }
}
