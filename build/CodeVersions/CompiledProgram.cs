// What the ahead-of-time compiler made of a program: its methods, and what each of them refers to.

using System.Buffers.Binary;

namespace VaeFromScratch.CodeVersions;

/// <summary>A method: where its code is, how to unwind its frame, and where the collector's table for it is.</summary>
/// <param name="Symbol">Its symbol.</param>
/// <param name="Unwind">The offset of its entry in <c>.eh_frame</c>, or -1 if it has none or several.</param>
/// <param name="Table">The symbol of its table in <c>.dotnet_eh_table</c>.</param>
internal sealed record Method(int Symbol, int Unwind, int Table);

/// <summary>An object file of the compiler, indexed.</summary>
internal sealed class CompiledProgram
{
    public const string CodeName = "__managedcode", UnwindName = ".eh_frame", TableName = ".dotnet_eh_table", ConstantsName = ".rodata", DataName = ".data";

    private readonly Dictionary<int, long[]> _offsets = [];
    private readonly Dictionary<int, long[]> _starts = [];
    private readonly HashSet<int> _vectorMethods;

    public CompiledProgram(string path)
    {
        Elf = ElfObject.Read(path);
        var elf = Elf;
        (Code, Unwind, Table) = (elf.IndexOf(CodeName), elf.IndexOf(UnwindName), elf.IndexOf(TableName));
        (Constants, Data) = (elf.IndexOf(ConstantsName), elf.IndexOf(DataName));
        var disassembly = new Disassembly(path, elf, Code);
        elf.Relocations[Code].AddRange(disassembly.References);
        _vectorMethods = disassembly.VectorMethods;
        foreach (var (section, list) in elf.Relocations)
        {
            list.Sort((a, b) => a.Offset.CompareTo(b.Offset));
            _offsets[section] = [.. list.Select(relocation => relocation.Offset)];
        }

        foreach (var section in elf.Symbols.GroupBy(symbol => symbol.Section))
            _starts[section.Key] = [.. section.Select(symbol => symbol.Value).Distinct().Order()];
        for (var i = 1; i < elf.Symbols.Count; i++)
            if (elf.Symbols[i].Name.Length > 0) Named[elf.Symbols[i].Name] = i;
        ReadUnwindEntries();
    }

    public ElfObject Elf { get; }

    public int Code { get; }

    public int Unwind { get; }

    public int Table { get; }

    public int Constants { get; }

    public int Data { get; }

    /// <summary>Symbols by name.</summary>
    public Dictionary<string, int> Named { get; } = [];

    /// <summary>Methods by name.</summary>
    public Dictionary<string, Method> Methods { get; } = [];

    /// <summary>Whether a method computes with wide vectors, or multiplies and adds at once.</summary>
    public bool IsVectorMethod(string name) => Methods.TryGetValue(name, out var method) && _vectorMethods.Contains(method.Symbol);

    /// <summary>The relocations within a range of a section.</summary>
    public IEnumerable<Relocation> In(int section, long start, long length)
    {
        if (!_offsets.TryGetValue(section, out var offsets)) yield break;
        var i = Array.BinarySearch(offsets, start);
        for (i = i < 0 ? ~i : i; i < offsets.Length && offsets[i] < start + length; i++) yield return Elf.Relocations[section][i];
    }

    /// <summary>What a symbol stands for: the bytes up to the next one's.</summary>
    public (long Start, long Length) Extent(Symbol symbol)
    {
        var starts = _starts[symbol.Section];
        var next = Array.BinarySearch(starts, symbol.Value) + 1;
        return (symbol.Value, (next < starts.Length ? starts[next] : Elf.Sections[symbol.Section].Size) - symbol.Value);
    }

    /// <summary>The length of an entry of <c>.eh_frame</c>, with its own length in front.</summary>
    public int UnwindLength(int entry) => BinaryPrimitives.ReadInt32LittleEndian(Elf.Sections[Unwind].Bytes[entry..]) + sizeof(int);

    // An entry: its length, the distance to the common part, the method, the method's length, one byte, the table.
    private void ReadUnwindEntries()
    {
        for (var entry = 0; entry < Elf.Sections[Unwind].Size; entry += UnwindLength(entry))
        {
            var parts = In(Unwind, entry, UnwindLength(entry)).ToArray();
            if (parts.Length != 2) continue;
            var (symbol, name) = (parts[0].Symbol, Elf.Symbols[parts[0].Symbol].Name);
            Methods[name] = new Method(symbol, parts[0].Addend != 0 || Methods.ContainsKey(name) ? -1 : entry, parts[1].Symbol);
        }
    }
}
