// An ELF object file for x64, as the ahead-of-time compiler writes it: read, changed and written again.

using System.Buffers.Binary;
using System.Text;

namespace VaeFromScratch.CodeVersions;

/// <summary>A section: its header's fields and its bytes.</summary>
internal sealed class Section
{
    public const int Progbits = 1, SymbolTable = 2, StringTable = 3, Relocations = 4, NoBits = 8;

    private byte[] _bytes = [];

    public required string Name { get; init; }

    public required int NameOffset { get; init; }

    public required int Type { get; init; }

    public required long Flags { get; init; }

    public required int Link { get; init; }

    public required int Info { get; set; }

    public required int EntrySize { get; init; }

    public int Alignment { get; set; }

    /// <summary>Bytes; of a section without contents, such as <c>.bss</c>, the room it takes.</summary>
    public int Size { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Type == NoBits ? 0 : Size);

    public void SetBytes(byte[] bytes) => (_bytes, Size) = (bytes, bytes.Length);

    public void SetRoom(int size) => Size = size;

    /// <summary>Appends bytes at the next multiple of an alignment, filling the gap.</summary>
    /// <returns>Their offset.</returns>
    public int Append(ReadOnlySpan<byte> bytes, int alignment, byte filler = 0)
    {
        Alignment = Math.Max(Alignment, alignment);
        var offset = (Size + alignment - 1) / alignment * alignment;
        if (offset + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(offset + bytes.Length, _bytes.Length * 2));
        _bytes.AsSpan(Size, offset - Size).Fill(filler);
        bytes.CopyTo(_bytes.AsSpan(offset));
        Size = offset + bytes.Length;
        return offset;
    }
}

/// <summary>A symbol; section 0 means that it is defined elsewhere.</summary>
internal record struct Symbol(string Name, byte Info, byte Visibility, ushort Section, long Value, long Size)
{
    public const byte GlobalFunction = 0x12, GlobalData = 0x11, Default = 0, Hidden = 2;
}

/// <summary>A place in a section that the linker fills in.</summary>
internal record struct Relocation(long Offset, int Type, int Symbol, long Addend)
{
    /// <summary>A whole address; the distance of 32 bits from here to a symbol; the same for a call; a block of a thread's own memory.</summary>
    public const int Address = 1, Distance = 2, Call = 4, ThreadLocal = 19;
}

/// <summary>The file.</summary>
internal sealed class ElfObject
{
    private const int HeaderSize = 64, SectionHeaderSize = 64, SymbolSize = 24, RelocationSize = 24;

    private readonly byte[] _header;

    private ElfObject(byte[] header, List<Section> sections) => (_header, Sections) = (header, sections);

    public List<Section> Sections { get; }

    public List<Symbol> Symbols { get; } = [];

    /// <summary>The relocations of each section that has some, by its index.</summary>
    public Dictionary<int, List<Relocation>> Relocations { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static ElfObject Read(string path)
    {
        var file = File.ReadAllBytes(path);
        if (file.Length < HeaderSize || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8) || file[18] != 62)
            throw new InvalidDataException($"'{path}' is no ELF object for x64.");
        var (headers, count, names) = (Long(file, 40), Short(file, 60), Short(file, 62));
        ReadOnlySpan<byte> Header(int i) => file.AsSpan((int)headers + i * SectionHeaderSize, SectionHeaderSize);
        var namesAt = (int)Long(Header(names), 24);
        var elf = new ElfObject(file[..HeaderSize], new List<Section>(count));
        for (var i = 0; i < count; i++)
        {
            var header = Header(i);
            var section = new Section
            {
                Name = Text(file, namesAt + Int(header, 0)),
                NameOffset = Int(header, 0),
                Type = Int(header, 4),
                Flags = Long(header, 8),
                Link = Int(header, 40),
                Info = Int(header, 44),
                Alignment = Math.Max(1, (int)Long(header, 48)),
                EntrySize = (int)Long(header, 56),
            };
            var (offset, size) = ((int)Long(header, 24), (int)Long(header, 32));
            if (section.Type == Section.NoBits) section.SetRoom(size);
            else section.SetBytes(file[offset..(offset + size)]);
            elf.Sections.Add(section);
        }

        elf.ReadTables();
        return elf;
    }

    /// <summary>The index of a section.</summary>
    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public int IndexOf(string name)
    {
        var index = Sections.FindIndex(section => section.Name == name);
        return index >= 0 ? index : throw new InvalidDataException($"The object has no section '{name}'.");
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        WriteTables();
        using var file = new MemoryStream();
        file.Write(_header);
        var offsets = new long[Sections.Count];
        for (var i = 1; i < Sections.Count; i++)
        {
            while (file.Length % Sections[i].Alignment != 0) file.WriteByte(0);
            offsets[i] = file.Length;
            file.Write(Sections[i].Bytes);
        }

        while (file.Length % 8 != 0) file.WriteByte(0);
        var headersAt = file.Length;
        Span<byte> header = stackalloc byte[SectionHeaderSize];
        for (var i = 0; i < Sections.Count; i++)
        {
            var section = Sections[i];
            header.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(header, section.NameOffset);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], section.Type);
            BinaryPrimitives.WriteInt64LittleEndian(header[8..], section.Flags);
            BinaryPrimitives.WriteInt64LittleEndian(header[24..], offsets[i]);
            BinaryPrimitives.WriteInt64LittleEndian(header[32..], section.Size);
            BinaryPrimitives.WriteInt32LittleEndian(header[40..], section.Link);
            BinaryPrimitives.WriteInt32LittleEndian(header[44..], section.Info);
            BinaryPrimitives.WriteInt64LittleEndian(header[48..], i == 0 ? 0 : section.Alignment);
            BinaryPrimitives.WriteInt64LittleEndian(header[56..], section.EntrySize);
            file.Write(header);
        }

        var bytes = file.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), headersAt);
        File.WriteAllBytes(path, bytes);
    }

    private void ReadTables()
    {
        var table = Sections[Sections.FindIndex(section => section.Type == Section.SymbolTable)];
        var names = Sections[table.Link].Bytes.ToArray();
        for (var at = 0; at < table.Size; at += SymbolSize)
        {
            var entry = table.Bytes[at..];
            Symbols.Add(new Symbol(Text(names, Int(entry, 0)), entry[4], entry[5], Short(entry, 6), Long(entry, 8), Long(entry, 16)));
        }

        foreach (var section in Sections.Where(section => section.Type == Section.Relocations))
        {
            var list = Relocations[section.Info] = new List<Relocation>(section.Size / RelocationSize);
            for (var at = 0; at < section.Size; at += RelocationSize)
            {
                var entry = section.Bytes[at..];
                list.Add(new Relocation(Long(entry, 0), Int(entry, 8), Int(entry, 12), Long(entry, 16)));
            }
        }
    }

    private void WriteTables()
    {
        var table = Sections.Find(section => section.Type == Section.SymbolTable)!;
        // The table of names also names the sections: what it holds stays, and names are appended.
        var strings = Sections[table.Link];
        using var names = new MemoryStream();
        names.Write(strings.Bytes);
        var bytes = new byte[Symbols.Count * SymbolSize];
        for (var i = 1; i < Symbols.Count; i++)
        {
            var symbol = Symbols[i];
            var entry = bytes.AsSpan(i * SymbolSize);
            BinaryPrimitives.WriteInt32LittleEndian(entry, symbol.Name.Length == 0 ? 0 : (int)names.Length);
            entry[4] = symbol.Info;
            entry[5] = symbol.Visibility;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], symbol.Section);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], symbol.Value);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], symbol.Size);
            if (symbol.Name.Length == 0) continue;
            names.Write(Encoding.UTF8.GetBytes(symbol.Name));
            names.WriteByte(0);
        }

        table.SetBytes(bytes);
        strings.SetBytes(names.ToArray());
        foreach (var section in Sections.Where(section => section.Type == Section.Relocations))
        {
            var list = Relocations[section.Info];
            var entries = new byte[list.Count * RelocationSize];
            for (var i = 0; i < list.Count; i++)
            {
                var entry = entries.AsSpan(i * RelocationSize);
                BinaryPrimitives.WriteInt64LittleEndian(entry, list[i].Offset);
                BinaryPrimitives.WriteInt32LittleEndian(entry[8..], list[i].Type);
                BinaryPrimitives.WriteInt32LittleEndian(entry[12..], list[i].Symbol);
                BinaryPrimitives.WriteInt64LittleEndian(entry[16..], list[i].Addend);
            }

            section.SetBytes(entries);
        }
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static string Text(byte[] bytes, int at) => Encoding.UTF8.GetString(bytes.AsSpan(at, Array.IndexOf(bytes, (byte)0, at) - at));
}
