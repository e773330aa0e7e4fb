// Which instruction sets there are kernels for, which of them this machine has, and which one is used.

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>The instruction sets that the matrix product has a kernel for, from the plainest to the widest.</summary>
public enum InstructionSet
{
    /// <summary>Plain C#, one number at a time.</summary>
    Scalar,

    /// <summary>128-bit vectors with fused multiply-add: ARM64 NEON, or x64 with FMA.</summary>
    V128,

    /// <summary>256-bit vectors: x64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512-bit vectors: x64 with AVX-512F.</summary>
    Avx512,
}

/// <summary>Tells and chooses instruction sets.</summary>
public static class InstructionSets
{
    /// <summary>The environment variable that forces one: <c>scalar</c>, <c>v128</c>, <c>avx2</c> or <c>avx512</c>.</summary>
    public const string Variable = "VAE_ISA";

    /// <summary>What this process can run, best first.</summary>
    public static IReadOnlyList<InstructionSet> Available { get; } =
        [.. new[] { InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.V128, InstructionSet.Scalar }.Where(IsAvailable)];

    /// <summary>The one place where the choice is made: what is asked for, else what <see cref="Variable"/> says, else the best.</summary>
    /// <param name="requested">A name, any case, or null to leave the choice to the environment and the machine.</param>
    /// <returns>An available instruction set.</returns>
    /// <exception cref="ArgumentException">The name is unknown, or this process can't run it.</exception>
    public static InstructionSet Choose(string? requested = null)
    {
        var name = requested ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(name)) return Available[0];
        foreach (var candidate in Available)
            if (string.Equals(name, NameOf(candidate), StringComparison.OrdinalIgnoreCase))
                return candidate;
        var available = string.Join(", ", Available.Select(NameOf));
        throw new ArgumentException($"Instruction set '{name}' is not available here; available are: {available}.");
    }

    /// <summary>The name as <see cref="Variable"/> spells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    public static string NameOf(InstructionSet set) => set switch
    {
        InstructionSet.Scalar => "scalar",
        InstructionSet.V128 => "v128",
        InstructionSet.Avx2 => "avx2",
        InstructionSet.Avx512 => "avx512",
        _ => throw new ArgumentOutOfRangeException(nameof(set)),
    };

    private static bool IsAvailable(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        InstructionSet.V128 => Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.Arm64.IsSupported),
        _ => true,
    };
}
