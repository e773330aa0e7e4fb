// Reading a safetensors file: nothing is allocated by what the file says before that is checked against the file's actual length.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Vae.Files;

public sealed partial class SafetensorsFile
{
    /// <summary>Reads and checks a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities are accepted as data; by default they are refused.</param>
    /// <returns>The file's tensors and metadata.</returns>
    /// <remarks>
    /// Stricter than the format, which allows a header of 100 MB and other dtypes: the header is at most 1 MiB and a tensor has at most
    /// <see cref="SafetensorsTensor.MaxRank"/> dimensions. Memory use is bounded by the length of the file and a multiple of the header's.
    /// </remarks>
    /// <exception cref="InvalidDataException">
    /// The file is not exactly of the format; the message says what is wrong, where, and what was expected.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path, bool allowNonFinite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Delete: where the system locks open files, a writer may still replace this one.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return Read(stream, path, allowNonFinite);
    }

    /// <summary>Reads and checks everything from the position of <paramref name="stream"/> to its end, and leaves it open.</summary>
    /// <param name="stream">A stream that knows its length.</param>
    /// <param name="source">What errors call the stream.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities are accepted as data; by default they are refused.</param>
    /// <returns>The file's tensors and metadata.</returns>
    /// <exception cref="InvalidDataException">The stream's content is not exactly of the format, or its length is unknown.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SafetensorsFile Read(Stream stream, string source, bool allowNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (!stream.CanSeek) throw new InvalidDataException($"{source}: its length is unknown, expected an ordinary file.");

        long length = stream.Length - stream.Position;
        if (length < SafetensorsHeader.LengthBytes + 2)
        {
            throw new InvalidDataException($"{source}: it is {length} bytes long, a safetensors file has at least 10.");
        }

        try
        {
            SafetensorsHeader header = ReadHeader(stream, length, source);
            var hash = new Sha256();
            SafetensorsTensor[] tensors = [.. header.Entries.Select(entry => ReadTensor(stream, entry, hash, source, allowNonFinite))];
            return new SafetensorsFile(source, tensors, header.Metadata, hash.FinishHex());
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"{source}: it ended before the {length} bytes it had when it was opened.");
        }
    }

    private static SafetensorsHeader ReadHeader(Stream stream, long length, string source)
    {
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.LengthBytes];
        stream.ReadExactly(prefix);
        ulong declared = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (declared is < 2 or > SafetensorsHeader.MaxBytes)
        {
            throw new InvalidDataException(
                $"{source}: the header is declared {declared} bytes long, expected 2 to {SafetensorsHeader.MaxBytes}.");
        }

        long available = length - SafetensorsHeader.LengthBytes;
        if ((long)declared > available)
        {
            throw new InvalidDataException($"{source}: the header is declared {declared} bytes long, the file has only {available} left.");
        }

        byte[] json = new byte[(int)declared];
        stream.ReadExactly(json);
        return SafetensorsHeader.Parse(json, available - json.Length, source);
    }

    private static SafetensorsTensor ReadTensor(
        Stream stream, SafetensorsHeader.Entry entry, Sha256 hash, string source, bool allowNonFinite)
    {
        float[] data = GC.AllocateUninitializedArray<float>(entry.Count);
        Span<byte> bytes = MemoryMarshal.AsBytes(data.AsSpan());
        stream.ReadExactly(bytes);
        hash.Append(bytes);
        if (!BitConverter.IsLittleEndian) ReverseEndianness(data);

        int bad = allowNonFinite ? -1 : IndexOfNonFinite(data);
        if (bad >= 0)
        {
            string value = float.IsNaN(data[bad]) ? "NaN" : "infinite";
            throw new InvalidDataException(
                $"{source}: tensor {SafetensorsHeader.Quote(entry.Name)} is {value} at element {bad}, expected finite numbers.");
        }

        return new SafetensorsTensor(entry.Name, entry.Shape.AsSpan(), data);
    }
}
