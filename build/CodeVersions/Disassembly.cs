// What only the instructions tell: where code refers to other code of the same object file, for the compiler has filled these places in and left no trace
// of them; and which methods compute with vectors.

using System.Diagnostics;
using System.Globalization;

namespace VaeFromScratch.CodeVersions;

/// <summary>A section of code, read by the disassembler that comes with the linker.</summary>
internal sealed class Disassembly
{
    private const int FieldSize = sizeof(int);

    private readonly SortedList<long, int> _methods = [];
    private readonly long[] _starts;

    /// <summary>Reads the code of an object file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="elf">The same, read.</param>
    /// <param name="code">The section.</param>
    /// <exception cref="InvalidDataException">The disassembler can't read it.</exception>
    public Disassembly(string path, ElfObject elf, int code)
    {
        for (var i = 0; i < elf.Symbols.Count; i++)
            if (elf.Symbols[i].Section == code && elf.Symbols[i].Size > 0) _methods.TryAdd(elf.Symbols[i].Value, i);
        _starts = [.. _methods.Keys];
        var known = elf.Relocations[code].Select(relocation => relocation.Offset).ToHashSet();

        var start = new ProcessStartInfo("objdump", ["--disassemble", "--no-show-raw-insn", "--wide", $"--section={elf.Sections[code].Name}", path])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (pending, target) = (false, 0L);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            // "  5bd2a0:<tab>call   5bd0c0 <name>" and "  5bd2a0:<tab>lea    0x12(%rip),%rax        # 5bd2b9 <name>".
            var colon = line.IndexOf(":\t", StringComparison.Ordinal);
            if (colon < 0 || !long.TryParse(line.AsSpan(0, colon).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address)) continue;
            // An instruction's distance is its last four bytes, before the next instruction.
            if (pending && !known.Contains(address - FieldSize) && _methods.TryGetValue(target, out var symbol) && MethodAt(address - FieldSize) != symbol)
                References.Add(new Relocation(address - FieldSize, Relocation.Call, symbol, -FieldSize));
            var instruction = line.AsSpan(colon + 2);
            pending = TryReadTarget(instruction, out target);
            if (IsVectorArithmetic(instruction)) VectorMethods.Add(MethodAt(address));
        }

        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidDataException($"objdump can't read '{path}'.");
    }

    /// <summary>A relocation for each place that refers to a method of the same section, other than the one it stands in.</summary>
    public List<Relocation> References { get; } = [];

    /// <summary>Symbols of the methods that compute with vectors of 256 or 512 bits, or multiply and add at once.</summary>
    public HashSet<int> VectorMethods { get; } = [];

    private int MethodAt(long address)
    {
        var at = Array.BinarySearch(_starts, address);
        return _methods.Values[at < 0 ? Math.Max(0, ~at - 1) : at];
    }

    // Any method may move or clear memory in wide pieces; that is no reason to have it twice.
    private static bool IsVectorArithmetic(ReadOnlySpan<char> instruction) =>
        instruction.StartsWith("vf")
        || ((instruction.Contains("%ymm", StringComparison.Ordinal) || instruction.Contains("%zmm", StringComparison.Ordinal))
            && !instruction.StartsWith("vmov") && !instruction.StartsWith("vxorps") && !instruction.StartsWith("vpxor"));

    private static bool TryReadTarget(ReadOnlySpan<char> instruction, out long target)
    {
        target = 0;
        var isJump = instruction.StartsWith("call ") || instruction.StartsWith("j");
        var text = isJump ? instruction[instruction.IndexOf(' ')..].TrimStart()
            : instruction.Contains("(%rip)", StringComparison.Ordinal) && instruction.LastIndexOf('#') is var comment and > 0 ? instruction[(comment + 1)..].TrimStart()
            : default;
        var end = text.IndexOf(' ');
        return end > 0 && long.TryParse(text[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out target);
    }
}
