// How far apart two cores are, in time.

using System.Diagnostics;

namespace VaeFromScratch.Bench;

/// <summary>The time in which a cache line goes from one core to another and back.</summary>
/// <remarks>
/// A virtual machine can have two cores that share a third cache, or two that do not, and be moved from one state to the other while it runs;
/// nothing tells it but this time. Work in which threads exchange what they have computed, as training does, takes much longer in the second case,
/// and multiply-adds in registers do not.
/// </remarks>
internal static class RoundTrip
{
    private const int Trips = 5_000, Spacing = 32;

    /// <summary>Nanoseconds for one round trip; NaN where there is only one core.</summary>
    public static double Nanoseconds()
    {
        if (Environment.ProcessorCount < 2) return double.NaN;
        // The number lies in the middle of two cache lines that nothing else is in.
        var place = new long[2 * Spacing];
        var partner = new Thread(() =>
        {
            for (var trip = 0; trip < Trips; trip++)
            {
                WaitFor(ref place[Spacing], 2 * trip + 1);
                Volatile.Write(ref place[Spacing], 2 * trip + 2);
            }
        });
        partner.Start();
        var start = 0L;
        for (var trip = 0; trip < Trips; trip++)
        {
            // The first trip includes the start of the thread.
            if (trip == 1) start = Stopwatch.GetTimestamp();
            Volatile.Write(ref place[Spacing], 2 * trip + 1);
            WaitFor(ref place[Spacing], 2 * trip + 2);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        partner.Join();
        return elapsed.TotalNanoseconds / (Trips - 1);
    }

    private static void WaitFor(ref long place, long value)
    {
        while (Volatile.Read(ref place) != value)
        {
        }
    }
}
