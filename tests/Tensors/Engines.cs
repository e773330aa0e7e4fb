// One engine for each kernel of this machine and a few team sizes, shared by all tests of this assembly.

using System.Collections.Concurrent;

namespace VaeFromScratch.Tensors.Tests;

internal static class Engines
{
    private static readonly ConcurrentDictionary<(string, int), Engine> Started = new();

    public static IEnumerable<string> InstructionSetNames => InstructionSets.Available.Select(InstructionSets.NameOf);

    /// <summary>Runs with an engine that no other test uses meanwhile: a team runs one loop at a time.</summary>
    public static void With(string instructionSet, int threads, Action<Engine> test)
    {
        var engine = Started.GetOrAdd((instructionSet, threads), key => new Engine(key.Item2, key.Item1));
        lock (engine) test(engine);
    }
}
