// Scoring with the seed model.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times the scoring of the sample's 1 000 test images by their mean squared error.</summary>
public class ScoringBenchmarks : ICountsFlops
{
    private Engine _engine = null!;
    private Work _scoring = null!;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    InstructionSet ICountsFlops.InstructionSet => InstructionSets.Choose();

    /// <summary>Loads the sample.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _engine = new Engine(Threads);
        _scoring = ScoringWork.Create(_engine);
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>1 000 images.</summary>
    [Benchmark]
    public void Score() => _scoring.Run();

    double ICountsFlops.Flops(string benchmark) => ScoringWork.Flops;
}
