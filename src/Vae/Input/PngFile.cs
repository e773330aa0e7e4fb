// Reads a PNG file (ISO/IEC 15948) from memory: the chunks with their check sums, and what the header declares.

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Input;

/// <summary>The chunks of a PNG file. Every message is a sentence about the file that does not name it.</summary>
internal sealed class PngFile
{
    /// <summary>The bytes in which the size of an image stands: the signature and the first chunk.</summary>
    public const int StartLength = 8 + Frame + HeaderLength;

    // Length and type before a chunk's data, and the check sum behind.
    private const int Frame = 12;
    private const int HeaderLength = 13;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly List<ReadOnlyMemory<byte>> _data = [];

    private PngFile(PngHeader header) => Header = header;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public PngHeader Header { get; }

    /// <summary>Red, green and blue of each colour of a palette; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Palette { get; private set; }

    /// <summary>The parts of the compressed image data.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Data => _data;

    /// <summary>Reads the header alone.</summary>
    /// <param name="start">The first <see cref="StartLength"/> bytes of the file, or as many as it has.</param>
    /// <exception cref="InvalidDataException">They are not the start of a PNG file that can be read.</exception>
    public static PngHeader ReadHeader(ReadOnlyMemory<byte> start)
    {
        if (!start.Span.StartsWith(Signature)) throw new InvalidDataException("the file does not begin as a PNG does.");
        var at = Signature.Length;
        var (type, data) = NextChunk(start, ref at);
        return type == "IHDR" && data.Length == HeaderLength
            ? PngHeader.Parse(data.Span)
            : throw new InvalidDataException($"the PNG begins with a chunk {type} of {data.Length} bytes; expected IHDR of {HeaderLength}.");
    }

    /// <summary>Reads all chunks.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of a kind that is not read.</exception>
    public static PngFile Read(ReadOnlyMemory<byte> file)
    {
        var png = new PngFile(ReadHeader(file[..Math.Min(file.Length, StartLength)]));
        for (var at = StartLength; ;)
        {
            var (type, data) = NextChunk(file, ref at);
            if (type == "IEND") return png;
            if (type == "IDAT") png._data.Add(data);
            else if (type == "PLTE") png.Palette = data.Length % 3 == 0 && data.Length is > 0 and <= 3 * 256
                ? data : throw new InvalidDataException($"the palette of the PNG has {data.Length} bytes; expected 3 a colour, of at most 256 colours.");
            // A capital letter says that the image can't be shown without this chunk.
            else if (char.IsAsciiLetterUpper(type[0])) throw new InvalidDataException($"the PNG has a chunk {type}; expected IHDR, PLTE, IDAT and IEND alone, or chunks that may be left out.");
        }
    }

    private static (string Type, ReadOnlyMemory<byte> Data) NextChunk(ReadOnlyMemory<byte> file, ref int at)
    {
        var rest = file.Span[at..];
        if (rest.Length < Frame) throw new InvalidDataException($"the PNG is cut short: it ends after {file.Length} bytes, before its end chunk IEND.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - Frame)
            throw new InvalidDataException($"the PNG is damaged or cut short: the chunk at byte {at} declares {length} bytes, but the file has {file.Length}.");
        var name = rest.Slice(4, 4);
        if (name.ContainsAnyExcept(Letters)) throw new InvalidDataException($"the PNG is damaged: the chunk at byte {at} has the type {Convert.ToHexString(name)}; expected four letters.");
        var type = Encoding.ASCII.GetString(name);
        var found = Crc32.Append(0, rest.Slice(4, 4 + (int)length));
        var declared = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
        if (found != declared)
            throw new InvalidDataException($"the PNG is damaged: the chunk {type} at byte {at} has the CRC-32 {found:X8}, but says {declared:X8}.");
        var data = file.Slice(at + 8, (int)length);
        at += Frame + (int)length;
        return (type, data);
    }
}
