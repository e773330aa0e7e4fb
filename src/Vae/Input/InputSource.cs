// The bytes of an input of which the first can be looked at before they are read.

using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Input;

/// <summary>The bytes of an input file: the first are known at once, and tell the format. Disposes of the stream.</summary>
internal sealed class InputSource : ForwardStream
{
    private const int Looked = 512;

    private readonly Stream _stream;
    private readonly byte[] _start = new byte[Looked];
    private readonly int _length;

    /// <param name="stream">The bytes; need not be seekable.</param>
    /// <param name="path">What messages call them.</param>
    /// <param name="mostPossible">How many bytes they are at most, where the stream itself can't say.</param>
    public InputSource(Stream stream, string path, long mostPossible = long.MaxValue)
    {
        (_stream, Path) = (stream, path);
        IsExact = stream.CanSeek;
        MostPossible = IsExact ? stream.Length - stream.Position : mostPossible;
        _length = stream.ReadAtLeast(_start, Looked, throwOnEndOfStream: false);
    }

    /// <summary>What messages call the file.</summary>
    public string Path { get; }

    /// <summary>The first bytes, at most 512, whether they were read or not.</summary>
    public ReadOnlySpan<byte> Start => _start.AsSpan(0, _length);

    /// <summary>No more bytes than these can come.</summary>
    public long MostPossible { get; }

    /// <summary>Whether exactly so many come.</summary>
    public bool IsExact { get; }

    /// <summary>How many bytes have been read.</summary>
    public long Taken { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (Taken >= _length)
        {
            count = _stream.Read(buffer);
        }
        else
        {
            count = Math.Min(buffer.Length, _length - (int)Taken);
            _start.AsSpan((int)Taken, count).CopyTo(buffer);
        }

        Taken += count;
        return count;
    }

    /// <summary>The reader of what the first bytes say this is.</summary>
    public InputReader Open(string? member, InputOptions options) =>
        GzipMember.IsMagic(Start) ? Inflated().OpenPlain(options)
        : NpzInput.IsZip(Start) ? NpzInput.Open(_stream, Path, member, options)
        : OpenPlain(options);

    private InputReader OpenPlain(InputOptions options) =>
        NpyHeader.IsMagic(Start) ? NpyHeader.Open(this, options)
        : Start.StartsWith(PngFile.Signature) ? PngInput.OpenFile(this, options)
        : Start.StartsWith((ReadOnlySpan<byte>)[0, 0, IdxFile.UnsignedByte]) ? OpenIdx(options)
        : Start.Contains((byte)0) || Start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || Start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? throw new InvalidDataException($"{Path}: its first bytes are neither of IDX (unsigned bytes), NPY, NPZ or PNG nor text in UTF-8.")
        : CsvInput.Open(this, options);

    private InputSource Inflated()
    {
        var content = IdxFile.OpenGzip(this, Path, out long mostPossible);
        Dispose();
        return new InputSource(content, Path, mostPossible);
    }

    private ArrayInput OpenIdx(InputOptions options) =>
        ArrayInput.Open(this, new NumberFormat(NumberType.Byte), [.. IdxFile.ReadSizes(this, [], Path).Select(size => (long)size)], options);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
        base.Dispose(disposing);
    }
}
