// One gzip member (RFC 1952) that must fill its file exactly. GZipStream of .NET 10 is not enough here: it takes a file cut at any byte for a
// shorter one, and bytes after the member for nothing; so the frame is read here and only the deflate data inside goes to .NET.
using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeFromScratch.Vae.Data;

/// <summary>
/// The inflated bytes of a gzip file held in memory. The CRC-32 and the size in the trailer are checked when the end is reached: the reader
/// must read until 0 comes back before it trusts what it read. Nothing is inflated ahead of what is asked for.
/// </summary>
internal sealed class GzipMember : ForwardStream
{
    private const int FixedHeader = 10;
    private const int Trailer = 8;
    private const int HeaderCrcFlag = 2, ExtraFlag = 4, NameFlag = 8, CommentFlag = 16, ReservedFlags = 0xE0;

    private readonly string _name;
    private readonly Body _body;
    private readonly DeflateStream _inflater;
    private readonly uint _expectedCrc;
    private readonly uint _expectedSize;
    private uint _crc;
    private uint _size;

    /// <param name="file">The gzip file; its first <paramref name="length"/> bytes are used, and not copied.</param>
    /// <param name="length">The length of the file in bytes.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidDataException">The header is not one of gzip, or is cut short.</exception>
    public GzipMember(byte[] file, int length, string name)
    {
        _name = name;
        int start = SkipHeader(file.AsSpan(0, length), name);
        int end = length - Trailer;
        if (end <= start)
            throw new InvalidDataException($"{name}: the gzip data ends after {length} bytes, inside its header or trailer.");
        _expectedCrc = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(end));
        _expectedSize = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(end + 4));
        _body = new Body(file, start, end - start);
        _inflater = new DeflateStream(_body, CompressionMode.Decompress);
    }

    /// <summary>Whether a file that begins with these bytes is a gzip file.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == 0x1F && start[1] == 0x8B;

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = _inflater.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{_name}: the gzip data is damaged after {_size} inflated bytes.", e);
        }

        _crc = Crc32.Append(_crc, buffer[..read]);
        _size += (uint)read; // modulo 2^32, as the trailer counts
        if (read == 0 && buffer.Length > 0)
            CheckEnd();
        return read;
    }

    private void CheckEnd()
    {
        // Without this a cut file would be refused all the same, by a sum read from the middle of its data: only the message is better.
        if (_body.EndAsked)
            throw new InvalidDataException($"{_name}: the gzip data is cut short or damaged: it ends after {_size} inflated bytes.");
        if (_size != _expectedSize || _crc != _expectedCrc)
        {
            throw new InvalidDataException(
                $"{_name}: the gzip data is damaged: it inflates to {_size} bytes with CRC-32 {_crc:X8}, "
                + $"but its last eight bytes say {_expectedSize} bytes with CRC-32 {_expectedCrc:X8}.");
        }

        if (_body.Position < _body.Length)
            throw new InvalidDataException($"{_name}: the gzip data is followed by other bytes, expected one gzip member and nothing else.");
    }

    private static int SkipHeader(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < FixedHeader || !IsMagic(file))
            throw new InvalidDataException($"{name}: the gzip data ends after {file.Length} bytes, inside its header or trailer.");
        if (file[2] != 8)
            throw new InvalidDataException($"{name}: the gzip data is compressed by method {file[2]}, expected 8 (deflate).");
        int flags = file[3];
        if ((flags & ReservedFlags) != 0)
            throw new InvalidDataException($"{name}: the gzip header has reserved flags set (0x{flags:X2}), expected none.");

        int position = FixedHeader;
        if ((flags & ExtraFlag) != 0 && position + 2 <= file.Length)
            position += 2 + BinaryPrimitives.ReadUInt16LittleEndian(file[position..]);
        if ((flags & NameFlag) != 0)
            position = SkipText(file, position);
        if ((flags & CommentFlag) != 0)
            position = SkipText(file, position);
        if ((flags & HeaderCrcFlag) != 0 && position + 2 <= file.Length)
        {
            int found = (int)(Crc32.Append(0, file[..position]) & 0xFFFF);
            int expected = BinaryPrimitives.ReadUInt16LittleEndian(file[position..]);
            if (found != expected)
                throw new InvalidDataException($"{name}: the gzip header is damaged: its CRC-16 is {found:X4}, but it says {expected:X4}.");
            position += 2;
        }

        return position;
    }

    // A text that has no end puts the position past the file, which the caller refuses.
    private static int SkipText(ReadOnlySpan<byte> file, int position)
    {
        if (position >= file.Length)
            return file.Length;
        int end = file[position..].IndexOf((byte)0);
        return end < 0 ? file.Length : position + end + 1;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflater.Dispose();
        base.Dispose(disposing);
    }

    // The deflate data. Its last byte is given alone: an inflater that ends before that byte never asks for it, which tells CheckEnd that
    // something follows the deflate data, however far the inflater reads ahead.
    private sealed class Body(byte[] file, int start, int length) : MemoryStream(file, start, length, writable: false)
    {
        public bool EndAsked { get; private set; }

        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count)
        {
            EndAsked |= Position == Length;
            return base.Read(buffer, offset, (int)Math.Min(count, Math.Max(1, Length - Position - 1)));
        }
    }
}
