// A training step of the seed model.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Bench;

/// <summary>Times one step of the seed model, 784-400-16-400-784, on a batch of 128: forward, backward, update.</summary>
public class TrainingBenchmarks : ICountsFlops
{
    private const int Images = 2560;

    private Engine _engine = null!;
    private Trainer _trainer = null!;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    InstructionSet ICountsFlops.InstructionSet => InstructionSets.Choose();

    /// <summary>Loads the sample.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _engine = new Engine(Threads);
        _trainer = TrainingWork.CreateTrainer(_engine, new TrainingSettings(), Images);
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>One step.</summary>
    [Benchmark]
    public void Step() => _trainer.Step();

    double ICountsFlops.Flops(string benchmark) => TrainingWork.StepFlops(ScoringWork.Seed, new TrainingSettings().Batch);
}
