// The five large products of a training step of the seed model and three squares, on every kernel.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times matrix products on the kernels.</summary>
public class GemmBenchmarks : ICountsFlops
{
    private Engine _engine = null!;
    private Product _product = null!;

    /// <summary>The kernel.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Which product.</summary>
    [ParamsSource(nameof(Products))]
    public string Name { get; set; } = "";

    /// <summary>The kernels of this machine.</summary>
    public static IEnumerable<string> Kernels => InstructionSets.Available.Select(InstructionSets.NameOf);

    /// <summary>The products.</summary>
    public static IEnumerable<string> Products => [.. Product.OfTheStep, .. Product.Squares];

    InstructionSet ICountsFlops.InstructionSet => InstructionSets.Choose(Kernel);

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup() => (_engine, _product) = (new Engine(Threads, Kernel), Product.Named(Name));

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>The product.</summary>
    [Benchmark]
    public void Multiply() => Gemm.Multiply(_engine, _product.A, _product.B, _product.C);

    double ICountsFlops.Flops(string benchmark) => Product.Named(Name).Flops;
}
