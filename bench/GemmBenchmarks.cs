// The five large products of a training step of the seed model, on every kernel.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times matrix products of 2·400·784·128 = 80 million floating-point operations each.</summary>
[MemoryDiagnoser]
public class GemmBenchmarks
{
    private const int Features = 784, Hidden = 400, Batch = 128;

    private Engine _engine = null!;
    private Matrix<float> _a, _b, _c;

    /// <summary>The kernel.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Which product of the step.</summary>
    [Params("first layer", "output layer", "input gradient", "first weight gradient", "output weight gradient")]
    public string Product { get; set; } = "";

    /// <summary>The kernels of this machine.</summary>
    public static IEnumerable<string> Kernels => InstructionSets.Available.Select(InstructionSets.NameOf);

    /// <summary>Makes the operands, transposed where the step has them so.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _engine = new Engine(Threads, Kernel);
        (_a, _b) = Product switch
        {
            "first layer" => (Random(Hidden, Features), Random(Features, Batch)),
            "output layer" => (Random(Features, Hidden), Random(Hidden, Batch)),
            "input gradient" => (Random(Features, Hidden).Transposed, Random(Features, Batch)),
            "first weight gradient" => (Random(Hidden, Batch), Random(Batch, Features)),
            _ => (Random(Features, Batch), Random(Batch, Hidden)),
        };
        _c = new Matrix<float>(_a.Rows, _b.Columns);
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>The product.</summary>
    [Benchmark]
    public void Multiply() => Gemm.Multiply(_engine, _a, _b, _c);

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(1, 1, 0).FillNormal(matrix.Flat);
        return matrix;
    }
}
