// The floors below which the guard fails.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>The least share of the ceiling of its instruction set that each kernel has to reach, on all threads.</summary>
/// <remarks>About 60 % of what was measured on a quiet machine: a slow neighbour passes, a kernel whose sums have moved to the stack does not.</remarks>
internal static class GuardFloors
{
    /// <summary>The products, by kernel.</summary>
    public static double Product(InstructionSet kernel) => kernel switch
    {
        InstructionSet.Avx512 => 0.50,
        InstructionSet.Avx2 => 0.50,
        InstructionSet.V128 => 0.50,
        _ => 0.25,
    };

    /// <summary>The training step, by kernel: useful matrix operations alone count, while a step also does everything else.</summary>
    public static double Training(InstructionSet kernel) => kernel switch
    {
        InstructionSet.Avx512 => 0.30,
        InstructionSet.Avx2 => 0.30,
        InstructionSet.V128 => 0.30,
        _ => 0.20,
    };
}
