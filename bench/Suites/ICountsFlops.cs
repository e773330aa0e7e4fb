// What a suite tells about itself so that its times can be shown as rates.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>A suite that knows how many floating-point operations its benchmarks make, once its parameters are set.</summary>
internal interface ICountsFlops
{
    /// <summary>The instruction set of the matrix products.</summary>
    InstructionSet InstructionSet { get; }

    /// <summary>Threads.</summary>
    int Threads { get; }

    /// <summary>Useful operations of one call of a benchmark, a multiply-add counting as two.</summary>
    double Flops(string benchmark);
}
