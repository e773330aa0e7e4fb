// A piece of work that can be timed, and the way in which everything outside BenchmarkDotNet is timed here.

using System.Diagnostics;

namespace VaeFromScratch.Bench;

/// <summary>Something to time.</summary>
/// <param name="Name">What it is, for tables.</param>
/// <param name="Flops">Useful floating-point operations of one call, a multiply-add counting as two.</param>
/// <param name="Run">One call.</param>
/// <param name="Loops">Parallel loops in a call: after each of them the threads wait for the slowest.</param>
internal sealed record Work(string Name, double Flops, Action Run, int Loops = 1)
{
    // A method is replaced by its optimised version after 30 calls in each of two stages, the compiler working in the background.
    private const int WarmUpCalls = 70, WarmUpStages = 3;
    private static readonly TimeSpan WarmUpLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Operations a second of the fastest call within a span of time; there is at least one call.</summary>
    public double BestRate(TimeSpan turn)
    {
        var (start, best) = (Stopwatch.GetTimestamp(), long.MaxValue);
        do
        {
            var before = Stopwatch.GetTimestamp();
            Run();
            best = Math.Min(best, Stopwatch.GetTimestamp() - before);
        }
        while (Stopwatch.GetElapsedTime(start) < turn);
        return Flops * Stopwatch.Frequency / best;
    }

    /// <summary>Calls everything often enough for its code to have become what it stays.</summary>
    public static void WarmUp(IReadOnlyCollection<Work> works)
    {
        for (var stage = 0; stage < WarmUpStages; stage++)
        {
            foreach (var work in works)
            {
                var start = Stopwatch.GetTimestamp();
                for (var call = 0; call < WarmUpCalls && Stopwatch.GetElapsedTime(start) < WarmUpLimit; call++) work.Run();
            }

            Thread.Sleep(150);
        }
    }
}
