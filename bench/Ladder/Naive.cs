// Step 1 of the ladder: the product as the book has it, one element of C after the other.

using System.Runtime.CompilerServices;

namespace VaeFromScratch.Bench.Ladder;

internal static class Naive
{
    public const string Why =
        "Three loops as in the definition. Each multiply-add waits for the one before it, and B is read down its columns, a cache line for every number.";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0f;
                for (var p = 0; p < k; p++) sum = MathF.FusedMultiplyAdd(a[i * k + p], b[p * n + j], sum);
                c[i * n + j] = sum;
            }
        }
    }
}
