// Which version of its methods a program compiled ahead of time runs; build/CodeVersions puts them in.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace VaeFromScratch.Tensors;

/// <summary>Chooses among the versions of its methods that a program compiled ahead of time has for newer processors.</summary>
/// <remarks>A program that the runtime compiles on the machine where it runs has no such versions, and needs none.</remarks>
public static unsafe class CodeVersions
{
    // As build/CodeVersions/VersionLinker.cs writes it.
    private const string Symbol = "vae_code_versions";

    /// <summary>Chooses the best version for this machine. To be called first of all, before any other thread runs.</summary>
    public static void Choose()
    {
        if (!X86Base.IsSupported || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), Symbol, out var address)) return;
        var table = (nint*)address;
        var (methods, version) = (table[0], Math.Min(table[1], Best((delegate* unmanaged<uint>)table[2])));
        if (version == 0) return;
        var chosen = table + 3;
        for (nint i = 0; i < methods; i++) chosen[i] = chosen[version * methods + i];
    }

    // 1 for x86-64-v3 (AVX2 and what comes with it), 2 for x86-64-v4 (AVX-512), 0 for less. A register that the operating system does not save can't be used.
    private static int Best(delegate* unmanaged<uint> readControlRegister)
    {
        const int fma = 1 << 12, movbe = 1 << 22, popcnt = 1 << 23, osxsave = 1 << 27, avx = 1 << 28, f16c = 1 << 29;
        const int bmi1 = 1 << 3, avx2 = 1 << 5, bmi2 = 1 << 8, lzcnt = 1 << 5;
        const int avx512 = 1 << 16 | 1 << 17 | 1 << 28 | 1 << 30 | 1 << 31;
        const uint saves256 = 0x06, saves512 = 0xE6;
        if (X86Base.CpuId(0, 0).Eax < 7 || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000001) return 0;
        var (basic, extended, later) = (X86Base.CpuId(1, 0).Ecx, X86Base.CpuId(7, 0).Ebx, X86Base.CpuId(unchecked((int)0x80000001), 0).Ecx);
        if (!Has(basic, fma | movbe | popcnt | osxsave | avx | f16c) || !Has(extended, bmi1 | avx2 | bmi2) || !Has(later, lzcnt)) return 0;
        var saved = readControlRegister();
        return (saved & saves256) != saves256 ? 0 : (saved & saves512) == saves512 && Has(extended, avx512) ? 2 : 1;
    }

    private static bool Has(int flags, int wanted) => (flags & wanted) == wanted;
}
