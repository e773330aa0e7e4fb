// Step 6 of the ladder: the same on two threads.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench.Ladder;

internal static class TwoThreads
{
    public const string Why =
        "C is cut into whole tiles, half of them for each core; k is never cut, so each element is still one chain and the bits stay.";

    public static void Multiply(Engine twoThreads, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k) =>
        Gemm.Multiply(twoThreads, m, n, k, a, b, c);
}
