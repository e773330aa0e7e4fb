// The JSON header of a safetensors file, read as the work of a stranger: whatever is not exactly the format is refused.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace VaeFromScratch.Vae.Files;

/// <summary>A parsed header that is known to fit the length of its file.</summary>
// {"__metadata__": {"key": "value", ...}, "name": {"dtype": "F32", "shape": [rows, columns], "data_offsets": [begin, end]}, ...}
// Offsets are bytes from the start of the data section, which follows the header.
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    public const int LengthBytes = sizeof(ulong);

    // The format allows 100 MB. A model here has some twenty tensors; the cap bounds what a file can make the reader allocate.
    public const int MaxBytes = 1 << 20;

    private const string Dtype = "F32";
    private readonly string _source;
    private readonly long _dataLength;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];

    private SafetensorsHeader(string source, long dataLength)
    {
        _source = source;
        _dataLength = dataLength;
    }

    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    // In the order of their data, which they cover from its first byte to its last without hole or overlap.
    public IReadOnlyList<Entry> Entries { get; private set; } = [];

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header, 2 bytes or more.</param>
    /// <param name="dataLength">Bytes of the data section.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="InvalidDataException">The header is not exactly of the format; the message says where and why.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string source)
    {
        var header = new SafetensorsHeader(source, dataLength);
        if (json[0] != (byte)'{') throw header.Error($"the header begins with byte 0x{json[0]:x2}, not with '{{'");
        if (!Utf8.IsValid(json)) throw header.Error("the header is not valid UTF-8");

        // The format is three deep; the fourth level lets the checks below say what is too deep, and where.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            reader.Read();
            header.ReadRoot(ref reader);
        }
        catch (JsonException)
        {
            throw header.Error($"the header is not valid JSON at byte {LengthBytes + reader.BytesConsumed} of the file");
        }

        header.CheckLayout();
        return header;
    }

    // A name from a file, made fit for a message: on one line, of bounded length, and without control sequences for a terminal.
    public static string Quote(string name)
    {
        const int Longest = 80;
        char[] shown = name.Length <= Longest ? name.ToCharArray() : name.ToCharArray(0, Longest);
        for (int i = 0; i < shown.Length; i++)
        {
            UnicodeCategory category = char.GetUnicodeCategory(shown[i]);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate) shown[i] = '?';
        }

        return $"'{new string(shown)}{(name.Length <= Longest ? "" : "...")}'";
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = ReadString(ref reader, "a tensor name");
            if (name.Length == 0) throw Error("a tensor has an empty name");
            if (!_names.Add(name)) throw Error($"the header holds the key {Quote(name)} twice");
            reader.Read();
            if (name == MetadataKey) ReadMetadata(ref reader);
            else ReadEntry(ref reader, name);
        }

        // Only white space may follow; anything else the reader refuses here.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Error($"{MetadataKey} is {Kind(ref reader)}, expected an object of strings");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = ReadString(ref reader, "a metadata key");
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Error($"metadata {Quote(key)} is {Kind(ref reader)}, expected a string");
            string value = ReadString(ref reader, $"metadata {Quote(key)}");
            if (!Metadata.TryAdd(key, value)) throw Error($"metadata {Quote(key)} is given twice");
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Error($"tensor {Quote(name)} is {Kind(ref reader)}, expected an object");
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string field = ReadString(ref reader, $"a field of tensor {Quote(name)}");
            bool repeated = field switch
            {
                "dtype" => dtype is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Error($"tensor {Quote(name)} has the unknown field {Quote(field)}"),
            };
            if (repeated) throw Error($"tensor {Quote(name)} has the field {Quote(field)} twice");

            reader.Read();
            switch (field)
            {
                case "dtype":
                    dtype = ReadDtype(ref reader, name);
                    break;
                case "shape":
                    shape = ReadIntegers(ref reader, $"the shape of tensor {Quote(name)}", SafetensorsTensor.MaxRank, int.MaxValue);
                    break;
                default:
                    offsets = ReadIntegers(ref reader, $"data_offsets of tensor {Quote(name)}", 2, _dataLength);
                    break;
            }
        }

        if (dtype is null) throw Error($"tensor {Quote(name)} has no dtype");
        if (shape is null) throw Error($"tensor {Quote(name)} has no shape");
        if (offsets is not [long begin, long end]) throw Error($"tensor {Quote(name)} does not have two data_offsets, begin and end");
        _entries.Add(CheckedEntry(name, [.. shape.Select(dimension => (int)dimension)], begin, end));
    }

    private string ReadDtype(ref Utf8JsonReader reader, string name)
    {
        string what = $"the dtype of tensor {Quote(name)}";
        if (reader.TokenType != JsonTokenType.String) throw Error($"{what} is {Kind(ref reader)}, expected a string");
        string dtype = ReadString(ref reader, what);
        return dtype == Dtype ? dtype : throw Error($"tensor {Quote(name)} has dtype {Quote(dtype)}, only {Dtype} is supported");
    }

    private Entry CheckedEntry(string name, ImmutableArray<int> shape, long begin, long end)
    {
        string shown = SafetensorsTensor.Format(shape.AsSpan());
        if (begin > end) throw Error($"tensor {Quote(name)} ends at data byte {end}, before it begins at {begin}");
        if (!SafetensorsTensor.TryCount(shape.AsSpan(), out int count))
        {
            throw Error($"tensor {Quote(name)} has shape {shown}, too many elements for an array");
        }

        long expected = (long)count * sizeof(float);
        if (end - begin != expected) throw Error($"tensor {Quote(name)} has {end - begin} bytes of data, shape {shown} needs {expected}");
        return new Entry(name, shape, begin, count);
    }

    private void CheckLayout()
    {
        long position = 0;
        // The sort is stable and puts an empty tensor before the one that begins where it stands.
        Entries = [.. _entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.Count)];
        foreach (Entry entry in Entries)
        {
            if (entry.Begin != position)
            {
                string fault = entry.Begin < position ? "overlaps the tensor before it" : "leaves a hole before it";
                throw Error($"tensor {Quote(entry.Name)} {fault}: it begins at data byte {entry.Begin}, expected {position}");
            }

            position += (long)entry.Count * sizeof(float);
        }

        if (position != _dataLength) throw Error($"the tensors end at data byte {position}, the file at data byte {_dataLength}");
    }

    private long[] ReadIntegers(ref Utf8JsonReader reader, string what, int mostItems, long largest)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Error($"{what} is {Kind(ref reader)}, expected an array of integers");
        var items = new List<long>(mostItems);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == mostItems) throw Error($"{what} has more than {mostItems} entries");
            // Unsigned, so that "-0" is refused like every other negative; fractions and exponents are refused too.
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out ulong item) || item > (ulong)largest)
            {
                throw Error($"{what} holds {Kind(ref reader)} that is not an integer from 0 to {largest}");
            }

            items.Add((long)item);
        }

        return [.. items];
    }

    private string ReadString(ref Utf8JsonReader reader, string what)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The escape of half a surrogate pair, which UTF-16 and UTF-8 cannot express.
            throw Error($"{what} holds an invalid \\u escape");
        }
    }

    private static string Kind(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a truth value",
    };

    private InvalidDataException Error(string what) => new($"{_source}: {what}.");

    /// <summary>A tensor's entry: where its data begin, in bytes from the start of the data section, and how many elements it has.</summary>
    public readonly record struct Entry(string Name, ImmutableArray<int> Shape, long Begin, int Count);
}
