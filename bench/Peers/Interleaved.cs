// Times several ways of doing the same work in turns, so that whatever else the machine does falls on all of them alike.

using VaeFromScratch.Bench;

namespace VaeFromScratch.Peers;

/// <summary>One way of doing a piece of work.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Seconds">Does it, and returns the seconds that a unit of the work took.</param>
internal sealed record Contender(string Name, Func<double> Seconds);

/// <summary>Runs contenders round by round.</summary>
internal static class Interleaved
{
    // OpenMP's and ONNX Runtime's threads go on spinning after their work, the latter's for some 50 ms on an Intel Xeon; the next contender is to
    // have the cores alone. So each waits until this process has hardly worked for a while, but not for ever.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), Idle = TimeSpan.FromMilliseconds(2);
    private const int MostPauses = 50;

    /// <summary>Times each contender once a round, in alternating order.</summary>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="warmUp">Whether a round before them is thrown away: code is compiled and memory is touched there.</param>
    /// <param name="contenders">Who takes part.</param>
    public static Timings Run(int rounds, bool warmUp, IReadOnlyList<Contender> contenders)
    {
        var seconds = contenders.ToDictionary(contender => contender.Name, _ => new double[rounds]);
        var roundTrips = new double[rounds];
        for (var round = warmUp ? -1 : 0; round < rounds; round++)
        {
            if (round >= 0) roundTrips[round] = RoundTrip.Nanoseconds();
            foreach (var contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                AwaitIdleThreads();
                var measured = contender.Seconds();
                if (round >= 0) seconds[contender.Name][round] = measured;
            }
        }

        return new Timings(seconds, roundTrips);
    }

    private static void AwaitIdleThreads()
    {
        for (var pause = 0; pause < MostPauses; pause++)
        {
            var before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Pause);
            if (Environment.CpuUsage.TotalTime - before < Idle) return;
        }
    }
}

/// <summary>What <see cref="Interleaved"/> measured: seconds by contender and round, and how far apart the cores were.</summary>
internal sealed class Timings(IReadOnlyDictionary<string, double[]> seconds, double[] roundTrips)
{
    /// <summary>Nanoseconds in which a cache line went from one core to the other and back, before each round.</summary>
    public Quartiles RoundTrips => Quartiles.Of(roundTrips);

    /// <summary>Who took part, in the order of their running.</summary>
    public IEnumerable<string> Names => seconds.Keys;

    public double Median(string name) => Quartiles.Of(seconds[name]).Median;

    /// <summary>How many times as long one took as the other: a ratio for each round, so that a slow round cancels.</summary>
    public Quartiles Ratio(string slower, string faster) => Quartiles.Of(seconds[slower].Zip(seconds[faster], (s, f) => s / f));

    /// <summary>The fastest whose name begins so: a library with its best thread setting.</summary>
    public string Fastest(string prefix) => seconds.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).MinBy(Median)!;
}
