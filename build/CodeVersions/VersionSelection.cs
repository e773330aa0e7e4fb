// Which methods of a version of the program can be taken into another, and why the others can't.

namespace VaeFromScratch.CodeVersions;

/// <summary>The methods of one version that the program is to have besides its own.</summary>
/// <remarks>
/// A method can be taken if all that it refers to means the same in both: other code, constants, types and texts. What the compiler may have laid out
/// otherwise in the two can't be told from the outside, so methods that refer to it stay as they are: static fields, a thread's own fields, dictionaries
/// of shared generics, calls through interfaces, and the clauses of try statements.
/// </remarks>
internal sealed class VersionSelection
{
    private readonly CompiledProgram _program;
    private readonly CompiledProgram _version;

    public VersionSelection(CompiledProgram program, CompiledProgram version, Func<string, bool> isWanted)
    {
        (_program, _version) = (program, version);
        var queue = new Queue<string>(version.Methods.Keys.Where(isWanted));
        while (queue.TryDequeue(out var name))
        {
            if (Accepted.Contains(name) || Refused.ContainsKey(name)) continue;
            if (ReasonAgainst(name) is { } reason)
            {
                Refused[name] = reason;
                continue;
            }

            Accepted.Add(name);
            foreach (var target in Targets(name))
                if (IsMethod(target) && !program.Named.ContainsKey(target.Name)) queue.Enqueue(target.Name);
        }

        // A method that only this version has, and that can't be taken, takes along whatever calls it.
        bool changed;
        do
        {
            changed = false;
            foreach (var name in Accepted.ToArray())
                if (Targets(name).FirstOrDefault(target => IsMethod(target) && !Accepted.Contains(target.Name) && !program.Named.ContainsKey(target.Name)) is { Name: { } callee })
                    changed |= Accepted.Remove(name) && Refused.TryAdd(name, $"calls {callee}");
        }
        while (changed);
    }

    /// <summary>Names of the methods to take.</summary>
    public SortedSet<string> Accepted { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the methods that stay, and why.</summary>
    public SortedDictionary<string, string> Refused { get; } = new(StringComparer.Ordinal);

    private bool IsMethod(Symbol symbol) => symbol.Section == _version.Code;

    private IEnumerable<Symbol> Targets(string name)
    {
        var symbol = _version.Elf.Symbols[_version.Methods[name].Symbol];
        return _version.In(_version.Code, symbol.Value, symbol.Size).Select(relocation => _version.Elf.Symbols[relocation.Symbol]);
    }

    private string? ReasonAgainst(string name)
    {
        if (!_version.Methods.TryGetValue(name, out var method) || method.Unwind < 0) return "has several parts";
        if (name.Contains("System___Canon", StringComparison.Ordinal)) return "is shared by several types";
        var (start, length) = _version.Extent(_version.Elf.Symbols[method.Table]);
        if (_version.In(_version.Table, start, length).Any()) return "has a try statement";
        var symbol = _version.Elf.Symbols[method.Symbol];
        foreach (var relocation in _version.In(_version.Code, symbol.Value, symbol.Size))
        {
            var target = _version.Elf.Symbols[relocation.Symbol];
            if (relocation.Type is not (Relocation.Distance or Relocation.Call)) return $"refers to {target.Name}";
            if (target.Section == 0 || IsMethod(target)) continue;
            if (target.Section == _version.Constants)
            {
                var (at, size) = _version.Extent(target);
                if (_version.In(_version.Constants, at, size).Any()) return $"refers to {target.Name}";
                continue;
            }

            var isSameInBoth = target.Name.StartsWith("_ZTV", StringComparison.Ordinal) || target.Name.StartsWith("__Str_", StringComparison.Ordinal);
            if (!isSameInBoth || !_program.Named.ContainsKey(target.Name)) return $"refers to {target.Name}";
        }

        return null;
    }
}
