// Puts the methods of other versions into a program, with a table by which the program chooses among them when it starts.

using System.Buffers.Binary;

namespace VaeFromScratch.CodeVersions;

/// <summary>Puts versions of methods into a program's object file.</summary>
/// <remarks>
/// A method that has versions gets an entry in a table, and its name now stands for a jump to wherever the entry points, which is the program's own
/// method at first. Code of a version calls that version's methods directly. See docs/native.md.
/// </remarks>
internal sealed class VersionLinker(CompiledProgram program)
{
    /// <summary>The symbol of the table; src/Tensors/CodeVersions.cs reads it.</summary>
    public const string TableSymbol = "vae_code_versions";

    private const int CodeAlignment = 32;

    // Returns the lower half of the extended control register 0, which tells what registers the operating system saves: xor ecx, ecx; xgetbv; ret.
    private static readonly byte[] ReadControlRegister = [0x31, 0xC9, 0x0F, 0x01, 0xD0, 0xC3];

    private readonly ElfObject _elf = program.Elf;

    /// <summary>Puts versions in, each named, the least demanding first.</summary>
    public void Link(IReadOnlyList<(string Name, CompiledProgram Program, VersionSelection Selection)> versions)
    {
        var own = new Dictionary<string, int>(program.Named, StringComparer.Ordinal);
        foreach (var (name, version, selection) in versions) Copy(name, version, selection);

        var methods = versions.SelectMany(version => version.Selection.Accepted).Where(program.Methods.ContainsKey)
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        var table = MakeTable(versions, methods, own);
        var bodies = methods.ToDictionary(name => own[name], name => _elf.Symbols.Count + Array.IndexOf(methods, name));
        foreach (var name in methods) _elf.Symbols.Add(_elf.Symbols[own[name]] with { Name = name + ".own" });
        Redirect(program.Unwind, bodies);
        for (var i = 0; i < methods.Length; i++) PutJump(own[methods[i]], table, i, bodies[own[methods[i]]]);
    }

    private static string VersionOf(string method, string version) => $"{method}.{version}";

    private void Copy(string name, CompiledProgram version, VersionSelection selection)
    {
        var source = version.Elf;
        var symbols = new Dictionary<int, int>();
        foreach (var method in selection.Accepted)
        {
            var symbol = source.Symbols[version.Methods[method].Symbol];
            var at = _elf.Sections[program.Code].Append(source.Sections[version.Code].Bytes.Slice((int)symbol.Value, (int)symbol.Size), CodeAlignment, 0xCC);
            symbols[version.Methods[method].Symbol] = Add(symbol with { Name = VersionOf(method, name), Section = (ushort)program.Code, Value = at });
        }

        foreach (var method in selection.Accepted)
        {
            var (from, to) = (source.Symbols[version.Methods[method].Symbol], _elf.Symbols[symbols[version.Methods[method].Symbol]]);
            foreach (var relocation in version.In(version.Code, from.Value, from.Size))
                Relocate(program.Code, relocation with
                {
                    Offset = relocation.Offset - from.Value + to.Value,
                    Symbol = Translate(name, version, relocation.Symbol, symbols),
                });
            CopyUnwindEntry(name, version, version.Methods[method], symbols);
        }
    }

    private int Translate(string name, CompiledProgram version, int symbol, Dictionary<int, int> symbols)
    {
        if (symbols.TryGetValue(symbol, out var known)) return known;
        var target = version.Elf.Symbols[symbol];
        if (target.Section == version.Constants || target.Section == version.Table)
        {
            var (start, length) = version.Extent(target);
            var section = target.Section == version.Constants ? program.Constants : program.Table;
            var bytes = version.Elf.Sections[target.Section].Bytes.Slice((int)start, (int)length);
            var at = _elf.Sections[section].Append(bytes, section == program.Constants ? 64 : 4);
            return symbols[symbol] = Add(target with { Name = VersionOf(target.Name, name), Section = (ushort)section, Value = at });
        }

        return symbols[symbol] = program.Named.TryGetValue(target.Name, out var own) ? own : Add(target);
    }

    private void CopyUnwindEntry(string name, CompiledProgram version, Method method, Dictionary<int, int> symbols)
    {
        var bytes = version.Elf.Sections[version.Unwind].Bytes.Slice(method.Unwind, version.UnwindLength(method.Unwind)).ToArray();
        var at = _elf.Sections[program.Unwind].Size;
        // The common part is the section's first entry; an entry tells how far it is behind it, counted from its second number.
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), at + sizeof(int));
        _elf.Sections[program.Unwind].Append(bytes, sizeof(int));
        foreach (var relocation in version.In(version.Unwind, method.Unwind, bytes.Length))
            Relocate(program.Unwind, relocation with
            {
                Offset = relocation.Offset - method.Unwind + at,
                Symbol = Translate(name, version, relocation.Symbol, symbols),
            });
    }

    // How many methods; how many versions; the function above; then for each method the entry that its jump reads; then for each version its methods.
    private int MakeTable(IReadOnlyList<(string Name, CompiledProgram Program, VersionSelection Selection)> versions, string[] methods, Dictionary<string, int> own)
    {
        const int header = 3;
        var bytes = new byte[(header + methods.Length * (1 + versions.Count)) * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, methods.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), versions.Count);
        var at = _elf.Sections[program.Data].Append(bytes, sizeof(long));
        var text = _elf.IndexOf(".text");
        var function = Add(new Symbol(TableSymbol + ".xgetbv", Symbol.GlobalFunction, Symbol.Hidden, (ushort)text,
            _elf.Sections[text].Append(ReadControlRegister, 16, 0xCC), ReadControlRegister.Length));
        Relocate(program.Data, new Relocation(at + 2 * sizeof(long), Relocation.Address, function, 0));
        for (var i = 0; i < methods.Length; i++)
        {
            var best = -1;
            for (var v = 0; v < versions.Count; v++)
            {
                if (versions[v].Selection.Accepted.Contains(methods[i])) best = program.Named[VersionOf(methods[i], versions[v].Name)];
                var entry = at + (header + (v + 1) * methods.Length + i) * sizeof(long);
                // Without a version so far: the program's own, whose symbol comes once the table is there.
                Relocate(program.Data, new Relocation(entry, Relocation.Address, best >= 0 ? best : _elf.Symbols.Count + 1 + i, 0));
            }
        }

        return Add(new Symbol(TableSymbol, Symbol.GlobalData, Symbol.Default, (ushort)program.Data, at, bytes.Length));
    }

    private void PutJump(int symbol, int table, int index, int body)
    {
        const int header = 3;
        var text = _elf.IndexOf(".text");
        var entry = (header + index) * sizeof(long);
        Relocate(program.Data, new Relocation(_elf.Symbols[table].Value + entry, Relocation.Address, body, 0));
        // jmp [rip + distance]
        var at = _elf.Sections[text].Append([0xFF, 0x25, 0, 0, 0, 0], 8, 0xCC);
        Relocate(text, new Relocation(at + 2, Relocation.Distance, table, entry - sizeof(int)));
        _elf.Symbols[symbol] = _elf.Symbols[symbol] with { Section = (ushort)text, Value = at, Size = 6 };
    }

    private void Redirect(int section, Dictionary<int, int> symbols)
    {
        var list = _elf.Relocations[section];
        for (var i = 0; i < list.Count; i++)
            if (symbols.TryGetValue(list[i].Symbol, out var other)) list[i] = list[i] with { Symbol = other };
    }

    private void Relocate(int section, Relocation relocation) => _elf.Relocations[section].Add(relocation);

    private int Add(Symbol symbol)
    {
        _elf.Symbols.Add(symbol);
        return program.Named[symbol.Name] = _elf.Symbols.Count - 1;
    }
}
