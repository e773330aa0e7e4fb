// Step 5 of the ladder: the product of this project, on one thread.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench.Ladder;

internal static class ShippedKernel
{
    public const string Why =
        "The tile fills the register file with the widest vectors there are, bare pointers replace checked indices, any size is served, and blocks stay in the first two caches.";

    public static void Multiply(Engine oneThread, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k) =>
        Gemm.Multiply(oneThread, m, n, k, a, b, c);
}
