// bench ceiling: the peak of this machine for each width of vectors and each number of threads.

using System.Globalization;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Prints the measured peak of fused multiply-adds.</summary>
internal static class CeilingCommand
{
    private const int Rounds = 9;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    public static void Run(bool write)
    {
        var sets = InstructionSets.Available;
        int[] threads = [.. Enumerable.Range(1, Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads))];
        var rows = threads.Select(count => (string[])
        [
            count.ToString(CultureInfo.InvariantCulture), .. sets.Select(set => Results.Gflops(Measure(set, count))),
        ]);
        var table = Results.Table(["threads", .. sets.Select(set => $"{InstructionSets.NameOf(set)}, {32 * Ceiling.Lanes(set)} bits")], rows);
        Results.Publish(write, "ceiling.md", "The ceiling", $"ceiling {Results.WriteOption}", $"""
            Fused multiply-adds of single precision in registers, all threads at once, in GFLOP/s; a multiply-add counts as two operations.

            {table}
            """);
    }

    private static double Measure(InstructionSet set, int threads)
    {
        using var engine = new Engine(threads, InstructionSets.NameOf(set));
        // About half a millisecond, as long as a product of the training step.
        var flops = 4e6 * Ceiling.Lanes(set) * threads;
        return Comparison.Run(engine, [Ceiling.Create(engine, set, flops, loops: 1)], Rounds, Turn)[0].Rate;
    }
}
