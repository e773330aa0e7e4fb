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
        // One team at a time: the threads of another would have to be counted as busy.
        var rows = threads.Select(count =>
        {
            using var engine = new Engine(count);
            Work[] works = [.. sets.Select(set => Ceiling.Create(engine, set))];
            var rates = Work.Rounds(works, Rounds, Turn);
            return (string[])[count.ToString(CultureInfo.InvariantCulture), .. works.Select((_, i) => Results.Gflops(Work.Median(rates, round => round[i])))];
        });
        var table = Results.Table(["threads", .. sets.Select(set => $"{InstructionSets.NameOf(set)}, {32 * Ceiling.Lanes(set)} bits")], rows);
        Results.Publish(write, "ceiling.md", "The ceiling", $"ceiling {Results.WriteOption}", $"""
            Fused multiply-adds of single precision in registers, all threads at once, in GFLOP/s; a multiply-add counts as two operations.

            {table}
            """);
    }
}
