// The scalar micro-kernel, for any machine. A tile is 4 x 2 single numbers: 8 independent chains, just enough to keep two
// multiply-add units busy over a latency of four cycles.

using System.Runtime.CompilerServices;

namespace VaeFromScratch.Tensors;

/// <summary>Kernel in plain C#: 4 rows of 2 numbers.</summary>
internal static unsafe class KernelScalarTile4x2
{
    public const int Rows = 4;
    public const int Columns = 2;

    public static void Compute(in GemmTile tile)
    {
        if (tile is { Rows: Rows, Columns: Columns }) Tile4x2(in tile);
        else Edge(in tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(in GemmTile tile)
    {
        float* a = tile.A, b = tile.B, c = tile.C, s = tile.Start;
        nint aRow = tile.ARow, aStep = tile.AStep, bStep = tile.BStep, cRow = tile.CRow, sRow = tile.StartRow;
        float c00 = s[0], c01 = s[1];
        float c10 = s[sRow], c11 = s[sRow + 1];
        float c20 = s[2 * sRow], c21 = s[2 * sRow + 1];
        float c30 = s[3 * sRow], c31 = s[3 * sRow + 1];

        var aRow3 = 3 * aRow;
        for (var p = tile.K; p > 0; p--)
        {
            float b0 = b[0], b1 = b[1];
            var x = *a;
            (c00, c01) = (MathF.FusedMultiplyAdd(x, b0, c00), MathF.FusedMultiplyAdd(x, b1, c01));
            x = a[aRow];
            (c10, c11) = (MathF.FusedMultiplyAdd(x, b0, c10), MathF.FusedMultiplyAdd(x, b1, c11));
            x = a[2 * aRow];
            (c20, c21) = (MathF.FusedMultiplyAdd(x, b0, c20), MathF.FusedMultiplyAdd(x, b1, c21));
            x = a[aRow3];
            (c30, c31) = (MathF.FusedMultiplyAdd(x, b0, c30), MathF.FusedMultiplyAdd(x, b1, c31));
            a += aStep;
            b += bStep;
        }

        (c[0], c[1]) = (c00, c01);
        c += cRow;
        (c[0], c[1]) = (c10, c11);
        c += cRow;
        (c[0], c[1]) = (c20, c21);
        c += cRow;
        (c[0], c[1]) = (c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge(in GemmTile tile)
    {
        for (var i = 0; i < tile.Rows; i++)
        {
            for (var j = 0; j < tile.Columns; j++)
            {
                var target = tile.C + i * tile.CRow + j;
                var sum = tile.Start[i * tile.StartRow + j];
                for (var p = 0; p < tile.K; p++) sum = MathF.FusedMultiplyAdd(tile.A[i * tile.ARow + p * tile.AStep], tile.B[p * tile.BStep + j], sum);
                *target = sum;
            }
        }
    }
}
