// A piece of work that can be timed, and the way in which everything outside BenchmarkDotNet is timed here.

using System.Diagnostics;

namespace VaeFromScratch.Bench;

/// <summary>Something to time.</summary>
/// <param name="Name">What it is, for tables.</param>
/// <param name="Flops">Useful floating-point operations of one call, a multiply-add counting as two.</param>
/// <param name="Run">One call.</param>
internal sealed record Work(string Name, double Flops, Action Run)
{
    // A method is replaced by its optimised version after 30 calls in each of two stages, the compiler working in the background.
    private const int WarmUpCalls = 70, WarmUpStages = 3;

    /// <summary>Operations a second of the fastest call within a span of time; there is at least one call.</summary>
    public double BestRate(TimeSpan budget)
    {
        var (start, best) = (Stopwatch.GetTimestamp(), long.MaxValue);
        do
        {
            var before = Stopwatch.GetTimestamp();
            Run();
            best = Math.Min(best, Stopwatch.GetTimestamp() - before);
        }
        while (Stopwatch.GetElapsedTime(start) < budget);
        return Flops * Stopwatch.Frequency / best;
    }

    /// <summary>Calls everything often enough for its code to have become what it stays; no single piece takes longer than the limit in a stage.</summary>
    public static void WarmUp(IReadOnlyCollection<Work> works, TimeSpan limit)
    {
        for (var stage = 0; stage < WarmUpStages; stage++)
        {
            foreach (var work in works)
            {
                var start = Stopwatch.GetTimestamp();
                for (var call = 0; call < WarmUpCalls && Stopwatch.GetElapsedTime(start) < limit; call++) work.Run();
            }

            Thread.Sleep(150);
        }
    }

    /// <summary>The rate of each piece of work in each round, all of them taking turns: <c>[round][work]</c>.</summary>
    /// <remarks>
    /// Of the calls of a turn the fastest counts, since a neighbour on the same machine can only make a call slower. The turns follow each
    /// other closely, so that ratios within a round compare like with like when the machine's clock or its load changes.
    /// </remarks>
    public static double[][] Rounds(IReadOnlyList<Work> works, int rounds, TimeSpan turn)
    {
        var rates = new double[rounds][];
        for (var round = 0; round < rounds; round++) rates[round] = [.. works.Select(work => work.BestRate(turn))];
        return rates;
    }

    /// <summary>The median, over the rounds, of a figure of a round.</summary>
    public static double Median(double[][] rounds, Func<double[], double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
