// Element-wise functions of this project beside those of System.Numerics.Tensors, on as many numbers as a batch has pixels.

using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times exp, log, sigmoid and max on 784·128 numbers, on one thread.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class ElementwiseBenchmarks
{
    private const int Count = 784 * 128;

    private readonly float[] _x = new float[Count], _positive = new float[Count], _y = new float[Count];

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new RandomSequence(1, 1, 0).FillNormal<float>(_x);
        TensorPrimitives.Abs<float>(_x, _positive);
    }

    /// <summary>e^x here.</summary>
    [Benchmark, BenchmarkCategory("exp")]
    public void OwnExp() => VectorMap.Apply<float, ExpMap>(_x, _y, default);

    /// <summary>e^x there.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("exp")]
    public void PrimitivesExp() => TensorPrimitives.Exp<float>(_x, _y);

    /// <summary>ln x here.</summary>
    [Benchmark, BenchmarkCategory("log")]
    public void OwnLog() => VectorMap.Apply<float, LogMap>(_positive, _y, default);

    /// <summary>ln x there.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("log")]
    public void PrimitivesLog() => TensorPrimitives.Log<float>(_positive, _y);

    /// <summary>1 / (1 + e^-x) here, as the loss has it.</summary>
    [Benchmark, BenchmarkCategory("sigmoid")]
    public void OwnSigmoid() => VectorMap.Apply<float, SigmoidMap>(_x, _y, default);

    /// <summary>1 / (1 + e^-x) there.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("sigmoid")]
    public void PrimitivesSigmoid() => TensorPrimitives.Sigmoid<float>(_x, _y);

    /// <summary>max(x, 0) here.</summary>
    [Benchmark, BenchmarkCategory("max")]
    public void OwnMax() => VectorMap.Apply<float, MaxMap>(_x, _y, default);

    /// <summary>max(x, 0) there; it is what the ReLU uses.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("max")]
    public void PrimitivesMax() => TensorPrimitives.Max<float>(_x, 0, _y);

    private readonly struct ExpMap : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Exp.Invoke(a);
    }

    private readonly struct LogMap : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Log.Invoke(a);
    }

    private readonly struct SigmoidMap : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a)
        {
            var e = Exp.Invoke(-Vector256.Abs(a));
            return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(a, Vector256<float>.Zero), Vector256<float>.One, e) / (Vector256<float>.One + e);
        }
    }

    private readonly struct MaxMap : IUnaryMap<float>
    {
        public Vector256<float> Invoke(Vector256<float> a) => Vector256.Max(a, Vector256<float>.Zero);
    }
}
