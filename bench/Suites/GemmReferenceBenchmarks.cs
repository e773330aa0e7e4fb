// The three loops that define the matrix product, for comparison with the kernels.

using BenchmarkDotNet.Attributes;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Times the reference, on the products of the step and the smallest square: a call on the largest would take half a minute.</summary>
public class GemmReferenceBenchmarks : ICountsFlops
{
    private Product _product = null!;

    /// <summary>Which product.</summary>
    [ParamsSource(nameof(Products))]
    public string Name { get; set; } = "";

    /// <summary>The products.</summary>
    public static IEnumerable<string> Products => [.. Product.OfTheStep, Product.Squares[0]];

    InstructionSet ICountsFlops.InstructionSet => InstructionSet.Scalar;

    int ICountsFlops.Threads => 1;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup() => _product = Product.Named(Name);

    /// <summary>The product.</summary>
    [Benchmark]
    public void Multiply() => GemmReference.Multiply(_product.A, _product.B, _product.C);

    double ICountsFlops.Flops(string benchmark) => Product.Named(Name).Flops;
}
