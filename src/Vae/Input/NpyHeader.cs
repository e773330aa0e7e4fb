// The header of an NPY file (NumPy Enhancement Proposal 1): the magic bytes, a version, a length, and a Python dictionary of three entries.

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace VaeFromScratch.Vae.Input;

/// <summary>Reads and makes headers of NPY files.</summary>
internal static class NpyHeader
{
    /// <summary>Bytes of every header that is made: room for any number of rows, and a multiple of 64 as the format wants.</summary>
    public const int Made = 128;

    // The longest that a length of version 1 can declare; only records of many named fields need more, which are refused anyway.
    private const int MostOfText = ushort.MaxValue;

    private const string Types = "u1, i1, u2, i2, u4, i4, i8, f2, f4 or f8";

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static bool IsMagic(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>Opens the array of a file that begins with the magic bytes.</summary>
    /// <exception cref="InvalidDataException">The header is damaged, or the array is of a kind that is not read.</exception>
    public static ArrayInput Open(InputSource source, InputOptions options)
    {
        var text = ReadText(source);
        var (type, order, shape) = (Entry("descr", "'", "'"), Entry("fortran_order", "", ","), Entry("shape", "(", ")"));
        // An array of objects holds pickled Python, which is a program.
        if (Format(type) is not { } format) throw new InvalidDataException($"{source.Path}: the elements are of type '{CsvText.Shown(type)}'; expected {Types}.");
        if (order.TrimEnd() != "False")
            throw new InvalidDataException($"{source.Path}: the array is in Fortran order; expected C order (numpy.ascontiguousarray makes it).");
        return ArrayInput.Open(source, format, Sizes(shape), options);

        // What stands behind a name and its colon, between two marks; or up to the second, where the first is missing: a list of fields, say.
        string Entry(string name, string open, string close)
        {
            var at = text.IndexOf($"'{name}':", StringComparison.Ordinal);
            var value = at < 0 ? "" : text[(at + name.Length + 3)..].TrimStart();
            if (value.StartsWith(open, StringComparison.Ordinal)) value = value[open.Length..];
            var end = value.IndexOf(close, StringComparison.Ordinal);
            return end >= 0 ? value[..end] : throw new InvalidDataException($"{source.Path}: the header of the array has no entry '{name}' that can be read: {CsvText.Shown(text)}");
        }

        ImmutableArray<long> Sizes(string tuple)
        {
            var parts = tuple.TrimEnd(',', ' ').Split(',', StringSplitOptions.TrimEntries);
            return parts.All(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                ? [.. parts.Select(part => long.Parse(part, CultureInfo.InvariantCulture))]
                : throw new InvalidDataException($"{source.Path}: the shape of the array is ({CsvText.Shown(tuple)}); expected two or more sizes.");
        }
    }

    /// <summary>A header of little-endian 32-bit floats in C order, of <see cref="Made"/> bytes whatever the numbers.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns; null for an array of one dimension.</param>
    public static byte[] Make(long rows, int? columns)
    {
        var shape = columns is null ? $"({rows},)" : $"({rows}, {columns})";
        var header = new byte[Made];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Made - 10);
        var text = FormattableString.Invariant($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}").PadRight(Made - 11) + "\n";
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        return header;
    }

    private static string ReadText(InputSource source)
    {
        Span<byte> start = stackalloc byte[12];
        Require(source, start[..8]);
        int major = start[6];
        if (major is < 1 or > 3) throw new InvalidDataException($"{source.Path}: the array is of format {major}.{start[7]}; expected 1.0, 2.0 or 3.0.");
        Require(source, start = start.Slice(8, major == 1 ? 2 : 4));
        var length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start) : BinaryPrimitives.ReadUInt32LittleEndian(start);
        if (length > MostOfText) throw new InvalidDataException($"{source.Path}: the header of the array is declared {length} bytes long; expected at most {MostOfText}.");
        var text = new byte[length];
        Require(source, text);
        return Encoding.Latin1.GetString(text);
    }

    private static void Require(InputSource source, Span<byte> bytes)
    {
        if (source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"{source.Path}: the file ends after {source.Taken} bytes, inside the header of its array.");
    }

    private static NumberFormat? Format(string type)
    {
        if (type is not ['<' or '>' or '|' or '=', .. var name]) return null;
        NumberType? number = name switch
        {
            "u1" => NumberType.Byte,
            "i1" => NumberType.SByte,
            "u2" => NumberType.UInt16,
            "i2" => NumberType.Int16,
            "u4" => NumberType.UInt32,
            "i4" => NumberType.Int32,
            "i8" => NumberType.Int64,
            "f2" => NumberType.Half,
            "f4" => NumberType.Single,
            "f8" => NumberType.Double,
            _ => null,
        };
        return number is null ? null : new NumberFormat(number.Value, type[0] == (BitConverter.IsLittleEndian ? '>' : '<'));
    }
}
