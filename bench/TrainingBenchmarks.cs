// A training step and the scoring of the seed model.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Bench;

/// <summary>Times one step of the seed model, 784-400-16-400-784, on a batch of 128, and the scoring of the sample's 1 000 test images.</summary>
[MemoryDiagnoser]
public class TrainingBenchmarks
{
    private Engine _engine = null!;
    private Trainer _trainer = null!;
    private AnomalyScorer _scorer = null!;
    private float[] _images = null!, _scores = null!;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Loads the sample.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var data = FashionMnist.Load(FashionMnistSources.SampleWord);
        _engine = new Engine(Threads);
        _trainer = new Trainer(_engine, new TrainingSettings { Epochs = int.MaxValue }, data.Train, FashionMnist.ClassNames.Length);
        _scorer = new AnomalyScorer(_engine, _trainer.Parameters);
        _images = new float[data.Test.Count * data.Test.Features];
        UnitInterval.FromBytes(data.Test.Pixels, _images);
        _scores = new float[data.Test.Count];
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>One step: forward, backward, update.</summary>
    [Benchmark]
    public void Step() => _trainer.Step();

    /// <summary>1 000 images, mean squared error.</summary>
    [Benchmark]
    public void Score() => _scorer.Score(_images, ScoreKind.Mse, _scores);
}
