// One array of an NPZ file, which is a zip of NPY files.

using System.Collections.Immutable;
using System.IO.Compression;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Input;

internal static class NpzInput
{
    private const string Suffix = ".npy";

    private static readonly ImmutableArray<string> UsualNames = ["x", "X", "data"];

    public static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8);

    /// <summary>Opens the array of a name; without one the only array, or the one with a usual name.</summary>
    /// <exception cref="InvalidDataException">The zip is damaged, or there is no such array.</exception>
    public static ArrayInput Open(Stream stream, string path, string? name, InputOptions options)
    {
        if (!stream.CanSeek) throw new InvalidDataException($"{path}: a zip can be read from an ordinary file only.");
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var entry = Choose([.. archive.Entries.Where(entry => entry.FullName.EndsWith(Suffix, StringComparison.Ordinal))], path, name);
            var place = $"{path}:{CsvText.Shown(entry.FullName[..^Suffix.Length])}";
            if (entry.IsEncrypted) throw new InvalidDataException($"{place}: the array is encrypted; expected one that is not.");
            // The sizes in a zip are declared ones; the length of the file is not.
            var mostPossible = Math.Min(entry.Length, Math.Min(entry.CompressedLength, stream.Length) * IdxFile.MaxInflation);
            var source = new InputSource(new ZipMember(entry, place), place, mostPossible);
            return NpyHeader.IsMagic(source.Start) ? NpyHeader.Open(source, options) : throw new InvalidDataException($"{place}: it does not begin as an NPY file does.");
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the zip is damaged: {e.Message}", e);
        }
    }

    private static ZipArchiveEntry Choose(ImmutableArray<ZipArchiveEntry> arrays, string path, string? name)
    {
        if (name is null && arrays.Length == 1) return arrays[0];
        if (arrays.IsEmpty) throw new InvalidDataException($"{path}: the zip holds no array (no name ends in {Suffix}).");
        var names = name is null ? UsualNames : [name];
        return names.Select(name => arrays.FirstOrDefault(entry => entry.FullName == name + Suffix)).FirstOrDefault(entry => entry is not null)
            ?? throw new InvalidDataException(
                $"{path}: {(name is null ? "there are several arrays" : $"there is no array '{name}'")}; give one as {path}:NAME, of {List(arrays)}.");
    }

    private static string List(ImmutableArray<ZipArchiveEntry> arrays)
    {
        const int most = 20;
        var shown = string.Join(", ", arrays.Take(most).Select(entry => CsvText.Shown(entry.FullName[..^Suffix.Length])));
        return arrays.Length > most ? FormattableString.Invariant($"{shown} and {arrays.Length - most} more") : shown;
    }

    // The content of an entry. .NET leaves the CRC-32 unchecked.
    private sealed class ZipMember : ForwardStream
    {
        private readonly ZipArchiveEntry _entry;
        private readonly string _place;
        private readonly Stream _content;
        private uint _crc;
        private long _length;

        public ZipMember(ZipArchiveEntry entry, string place) => (_entry, _place, _content) = (entry, place, entry.Open());

        public override int Read(Span<byte> buffer)
        {
            int read;
            try
            {
                read = _content.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{_place}: the compressed data is damaged after {_length} inflated bytes.", e);
            }

            _crc = Crc32.Append(_crc, buffer[..read]);
            _length += read;
            if (read == 0 && buffer.Length > 0 && (_length != _entry.Length || _crc != _entry.Crc32))
            {
                throw new InvalidDataException(
                    $"{_place}: the data is damaged: {_length} bytes with CRC-32 {_crc:X8}, but the zip says {_entry.Length} bytes with CRC-32 {_entry.Crc32:X8}.");
            }

            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
                _entry.Archive.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
