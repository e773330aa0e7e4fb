// What a piece of work would take at the ceiling.

using System.Diagnostics;
using VaeFromScratch.Bench;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Peers;

/// <summary>Times multiply-adds in registers, for a share of the ceiling.</summary>
internal static class CeilingTime
{
    // Some 5 ms on two cores.
    private const double Operations = 1e9;

    /// <summary>Seconds that this much work would take at the ceiling of the engine's instruction set on its threads.</summary>
    public static double Seconds(Engine engine, double floatingPointOperations)
    {
        var work = Ceiling.Create(engine, engine.InstructionSet, Operations, loops: 1);
        work.Run();
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < 4; call++) work.Run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / 4 * floatingPointOperations / Operations;
    }
}
