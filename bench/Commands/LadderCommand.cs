// bench ladder: from the naive matrix product to the shipped one, each step timed and checked.

using System.Globalization;
using System.Runtime.InteropServices;
using VaeFromScratch.Bench.Ladder;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times the steps in <c>bench/Ladder</c> on the product of the first layer and says why each wins.</summary>
/// <remarks>
/// Every step adds up each element as one chain of fused multiply-adds over k in order, so all of them have to give the bits of
/// <see cref="GemmReference"/>. The steps are compiled with full optimisation at once, so that none is timed half compiled.
/// </remarks>
internal static class LadderCommand
{
    private const int M = 128, N = 400, K = 784;
    private const int Rounds = 7;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(150);

    private delegate void Multiplication(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k);

    private sealed record Step(string Name, string Why, Multiplication Multiply);

    public static void Run(bool write)
    {
        var best = InstructionSets.NameOf(InstructionSets.Available[0]);
        List<Step> steps = [];
        List<Measured> timed = [];
        // One team after the other: the threads of a team stop spinning where several teams have more threads than there are cores.
        using (var engine = new Engine(1, best))
        {
            steps.AddRange(
            [
                new("naive", Naive.Why, Naive.Multiply),
                new("reordered loops", ReorderedLoops.Why, ReorderedLoops.Multiply),
                new("one vector", OneVector.Why, OneVector.Multiply),
                new("register tile", RegisterTile.Why, RegisterTile.Multiply),
                new($"shipped kernel ({best})", ShippedKernel.Why, (a, b, c, m, n, k) => ShippedKernel.Multiply(engine, a, b, c, m, n, k)),
            ]);
            timed.AddRange(Time(engine, steps));
        }

        using (var engine = new Engine(2, best))
        {
            var last = new Step("two threads", TwoThreads.Why, (a, b, c, m, n, k) => TwoThreads.Multiply(engine, a, b, c, m, n, k));
            steps.Add(last);
            timed.AddRange(Time(engine, [last]));
        }

        var rows = steps.Zip(timed, (step, time) => (string[])
        [
            step.Name,
            Results.Gflops(time.Rate),
            Results.Percent(time.Share),
            time == timed[0] ? "" : Times(time.Rate / timed[timed.IndexOf(time) - 1].Rate),
            Times(time.Rate / timed[0].Rate),
            step.Why,
        ]);
        var table = Results.Table(["step", "GFLOP/s", "of the ceiling", "over the step before", "over naive", "why it wins"], rows, lastIsText: true);
        var ceilings = $"{Results.Gflops(timed[0].Ceiling)} GFLOP/s on one thread, {Results.Gflops(timed[^1].Ceiling)} on two";
        Results.Publish(write, "ladder.md", "The ladder", $"ladder {Results.WriteOption}", $"""
            The product of the first layer, {M} x {N} x {K}, {(2e-6 * M * N * K).ToString("f0", CultureInfo.InvariantCulture)} million
            operations. The code of each step is a file in [bench/Ladder](../../Ladder). All give the same bits, those of `GemmReference`. The
            ceiling is that of {best} on as many threads as the step uses: {ceilings}.

            {table}

            Medians of {Rounds} rounds in which all steps take turns.
            """);
    }

    private static IReadOnlyList<Measured> Time(Engine engine, IReadOnlyList<Step> steps)
    {
        var product = Product.Named("first layer");
        var expected = new Matrix<float>(M, N);
        GemmReference.Multiply(product.A, product.B, expected);
        List<Work> works = [];
        foreach (var step in steps)
        {
            void Multiply() => step.Multiply(product.A.Flat, product.B.Flat, product.C.Flat, M, N, K);
            product.C.Flat.Fill(float.NaN);
            Multiply();
            if (!MemoryMarshal.AsBytes(product.C.Flat).SequenceEqual(MemoryMarshal.AsBytes(expected.Flat)))
                throw new InvalidOperationException($"The step '{step.Name}' does not give the bits of the reference.");
            works.Add(new Work(step.Name, product.Flops, Multiply));
        }

        return Comparison.Run(engine, works, Rounds, Turn);
    }

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x";
}
