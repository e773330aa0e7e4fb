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
    private const int M = 400, N = 128, K = 784;
    private const int Rounds = 9;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);

    private delegate void Multiplication(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k);

    private sealed record Step(string Name, string Why, Multiplication Multiply);

    private sealed record Timed(Step Step, double Rate, double Share);

    public static void Run(bool write)
    {
        var best = InstructionSets.NameOf(InstructionSets.Available[0]);
        double oneCeiling, twoCeiling;
        List<Timed> timed;
        // One team after the other: the threads of a team stop spinning where several teams have more threads than there are cores.
        using (var engine = new Engine(1, best))
        {
            (timed, oneCeiling) = Time(engine,
            [
                new("naive", Naive.Why, Naive.Multiply),
                new("reordered loops", ReorderedLoops.Why, ReorderedLoops.Multiply),
                new("one vector", OneVector.Why, OneVector.Multiply),
                new("register tile", RegisterTile.Why, RegisterTile.Multiply),
                new($"shipped kernel ({best})", ShippedKernel.Why, (a, b, c, m, n, k) => ShippedKernel.Multiply(engine, a, b, c, m, n, k)),
            ]);
        }

        using (var engine = new Engine(2, best))
        {
            (var last, twoCeiling) = Time(engine, [new("two threads", TwoThreads.Why, (a, b, c, m, n, k) => TwoThreads.Multiply(engine, a, b, c, m, n, k))]);
            timed.AddRange(last);
        }

        var rows = timed.Select((step, index) => (string[])
        [
            step.Step.Name,
            Results.Gflops(step.Rate),
            Results.Percent(step.Share),
            index == 0 ? "" : Times(step.Rate / timed[index - 1].Rate),
            Times(step.Rate / timed[0].Rate),
            step.Step.Why,
        ]);
        var table = Results.Table(["step", "GFLOP/s", "of the ceiling", "over the step before", "over naive", "why it wins"], rows);
        var ceilings = $"{Results.Gflops(oneCeiling)} GFLOP/s on one thread, {Results.Gflops(twoCeiling)} on two";
        Results.Publish(write, "ladder.md", "The ladder", $"ladder {Results.WriteOption}", $"""
            The product of the first layer, {M} x {N} x {K}, {(2e-6 * M * N * K).ToString("f0", CultureInfo.InvariantCulture)} million
            operations. The code of each step is a file in [bench/Ladder](../../Ladder). All give the same bits, those of `GemmReference`. The
            ceiling is that of {best} on as many threads as the step uses: {ceilings}.

            {table}

            Medians of {Rounds} rounds in which all steps take turns.
            """);
    }

    private static (List<Timed> Steps, double Ceiling) Time(Engine engine, Step[] steps)
    {
        var product = Product.Named("first layer");
        var expected = new Matrix<float>(M, N);
        GemmReference.Multiply(product.A, product.B, expected);
        List<Work> works = [Ceiling.Create(engine, engine.InstructionSet)];
        foreach (var step in steps)
        {
            void Multiply() => step.Multiply(product.A.Flat, product.B.Flat, product.C.Flat, M, N, K);
            product.C.Flat.Fill(float.NaN);
            Multiply();
            if (!MemoryMarshal.AsBytes(product.C.Flat).SequenceEqual(MemoryMarshal.AsBytes(expected.Flat)))
                throw new InvalidOperationException($"The step '{step.Name}' does not give the bits of the reference.");
            works.Add(new Work(step.Name, product.Flops, Multiply));
        }

        Work.WarmUp(works, TimeSpan.FromMilliseconds(100));
        var rates = Work.Rounds(works, Rounds, Turn);
        var timed = steps.Select((step, index) => new Timed(step,
            Work.Median(rates, round => round[1 + index]), Work.Median(rates, round => round[1 + index] / round[0])));
        return ([.. timed], Work.Median(rates, round => round[0]));
    }

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x";
}
