// A fully connected layer with its ReLU, forward and backward.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times a layer of 784 inputs and 400 outputs on a batch of 128.</summary>
public class LayerBenchmarks : ICountsFlops
{
    private const int Inputs = 784, Outputs = 400, Batch = 128;

    private readonly Matrix<float> _weight = Random(Inputs, Outputs), _bias = Random(1, Outputs);
    private readonly Matrix<float> _x = Random(Batch, Inputs), _xTransposed = Random(Inputs, Batch);
    private readonly Matrix<float> _y = Random(Batch, Outputs), _dy = Random(Batch, Outputs);
    private readonly Matrix<float> _dx = new(Batch, Inputs), _dWeight = new(Inputs, Outputs), _dBias = new(1, Outputs);
    private Engine _engine = null!;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    InstructionSet ICountsFlops.InstructionSet => InstructionSets.Choose();

    /// <summary>Starts the threads.</summary>
    [GlobalSetup]
    public void Setup() => _engine = new Engine(Threads);

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>y = max(x·W + b, 0).</summary>
    [Benchmark]
    public void Forward()
    {
        Dense.Forward(_engine, _weight, _bias, _x, _y);
        Relu.Forward(_engine, _y, _y);
    }

    /// <summary>The gradients of W, b and x.</summary>
    [Benchmark]
    public void Backward()
    {
        Relu.Backward(_engine, _y, _dy, _dy);
        Dense.BackwardParameters(_engine, _xTransposed, _dy, _dWeight, _dBias);
        Dense.BackwardInput(_engine, _weight, _dy, _dx);
    }

    double ICountsFlops.Flops(string benchmark) => 2.0 * Inputs * Outputs * Batch * (benchmark == nameof(Forward) ? 1 : 2);

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(1, 1, 0).FillNormal(matrix.Flat);
        return matrix;
    }
}
