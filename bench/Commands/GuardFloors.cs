// The floors below which the guard fails.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>The least share of the ceiling of its instruction set that each kernel has to reach, on all threads.</summary>
/// <remarks>
/// About 60 % of what was measured, and less for the narrow kernels, whose shares a neighbour moves most. The three loops of the reference
/// reach less than 1 %.
/// </remarks>
internal static class GuardFloors
{
    /// <summary>The products, by kernel.</summary>
    public static double Product(InstructionSet kernel) => kernel switch
    {
        InstructionSet.Avx512 => 0.60,
        InstructionSet.Avx2 => 0.50,
        InstructionSet.V128 => 0.40,
        _ => 0.30,
    };

    /// <summary>The training step, by kernel: the operations of its products alone count, while a step also does everything else.</summary>
    public static double Training(InstructionSet kernel) => kernel switch
    {
        InstructionSet.Avx512 => 0.40,
        InstructionSet.Avx2 => 0.35,
        InstructionSet.V128 => 0.30,
        _ => 0.25,
    };
}
