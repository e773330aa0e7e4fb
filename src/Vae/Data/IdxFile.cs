// The IDX format of LeCun's MNIST page: 00 00, a byte for the element type, a byte for the number of dimensions, the sizes as big-endian 32-bit
// numbers, then the elements. Also inside gzip. No size a file declares is trusted: memory follows the bytes that are really there.
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace VaeFromScratch.Vae.Data;

/// <summary>Reads IDX files of unsigned bytes, plain or compressed by gzip (told by its first bytes, not by the file's name).</summary>
public static class IdxFile
{
    /// <summary>The most elements that are read unless the caller says otherwise: 1 GiB, over twenty times the training images.</summary>
    public const int DefaultMaxElements = 1 << 30;

    internal const byte UnsignedByte = 0x08;
    private const int MaxDimensions = 4;
    private const int FirstBlock = 64 * 1024;

    // Deflate cannot do better: 258 bytes from two bits (zlib's technical notes), and the first symbol needs a block header.
    internal const int MaxInflation = 1032;

    /// <summary>Reads one IDX file.</summary>
    /// <param name="path">The file; messages name it by this path.</param>
    /// <param name="maxElements">The most elements to accept (one byte each).</param>
    /// <returns>The dimensions and the elements.</returns>
    /// <exception cref="InvalidDataException">The file is not exactly one IDX array of unsigned bytes; the message says why not.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IdxArray Read(string path, int maxElements = DefaultMaxElements)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Read(file, path, maxElements);
    }

    /// <summary>Reads one IDX array that fills the rest of a stream, which is not disposed.</summary>
    /// <param name="stream">The bytes; need not be seekable.</param>
    /// <param name="name">What messages call them.</param>
    /// <param name="maxElements">The most elements to accept (one byte each).</param>
    /// <returns>The dimensions and the elements.</returns>
    /// <exception cref="InvalidDataException">The stream is not exactly one IDX array of unsigned bytes; the message says why not.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IdxArray Read(Stream stream, string name, int maxElements = DefaultMaxElements)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxElements);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxElements, DefaultMaxElements);

        var start = new byte[2];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!GzipMember.IsMagic(start.AsSpan(0, got)))
            return ReadArray(stream, start.AsSpan(0, got), name, maxElements, RemainingLength(stream), long.MaxValue);

        // Incompressible data grows by five bytes in every 16 KB block at worst; the rest is for the frame.
        int maxCompressed = (int)Math.Min(Array.MaxLength, maxElements + (maxElements / 1000L) + FirstBlock);
        byte[] compressed = ReadCompressed(stream, start, name, maxCompressed, out int length);
        using var inflated = new GzipMember(compressed, length, name);
        return ReadArray(inflated, [], name, maxElements, sizeHint: length, mostPossible: (long)length * MaxInflation);
    }

    internal static int HeaderLength(int dimensions) => 4 + (4 * dimensions);

    // sizeHint: bytes that are surely there, a first allocation of which needs no proof. mostPossible: what the source cannot exceed.
    private static IdxArray ReadArray(Stream source, ReadOnlySpan<byte> start, string name, int maxElements, long sizeHint, long mostPossible)
    {
        uint[] sizes = ReadSizes(source, start, name);
        int count = Count(sizes, name, maxElements, out ImmutableArray<int> dimensions);
        if (count > mostPossible)
        {
            throw new InvalidDataException(
                $"{name}: the header declares {Product(dimensions)} bytes, but the compressed file can hold at most {mostPossible}.");
        }

        byte[] data = ReadGrowing(source, count, sizeHint, out int read);
        if (read < count)
            throw new InvalidDataException($"{name}: the header declares {Product(dimensions)} bytes, but the file ends after {read}.");
        if (source.ReadByte() >= 0)
            throw new InvalidDataException($"{name}: the header declares {Product(dimensions)} bytes, but more follow.");
        return new IdxArray(dimensions, data);
    }

    /// <summary>Reads the header: the sizes that it declares, none of them 0, and none of them proved by anything yet.</summary>
    /// <param name="source">The bytes after <paramref name="start"/>; the elements are next when this returns.</param>
    /// <param name="start">First bytes that were read already, at most 4.</param>
    /// <param name="name">What messages call them.</param>
    /// <exception cref="InvalidDataException">It is not the header of an IDX array of unsigned bytes.</exception>
    internal static uint[] ReadSizes(Stream source, ReadOnlySpan<byte> start, string name)
    {
        Span<byte> header = stackalloc byte[HeaderLength(MaxDimensions)];
        start.CopyTo(header);
        int got = start.Length + source.ReadAtLeast(header[start.Length..4], 4 - start.Length, throwOnEndOfStream: false);
        if (got < 4)
            throw new InvalidDataException($"{name}: the file ends after {got} bytes, expected an IDX header of at least 8.");
        if (header[0] != 0 || header[1] != 0)
        {
            throw new InvalidDataException(
                $"{name}: the file begins with {Convert.ToHexString(header[..4])}, expected 0000 and the element type of an IDX file.");
        }

        if (header[2] != UnsignedByte)
            throw new InvalidDataException($"{name}: the element type is 0x{header[2]:X2}, expected 0x08 (unsigned bytes).");
        int rank = header[3];
        if (rank is < 1 or > MaxDimensions)
            throw new InvalidDataException($"{name}: the header declares {rank} dimensions, expected 1 to {MaxDimensions}.");

        header = header[..HeaderLength(rank)];
        got += source.ReadAtLeast(header[4..], header.Length - 4, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new InvalidDataException($"{name}: the file ends after {got} bytes, inside its IDX header of {header.Length}.");

        var sizes = new uint[rank];
        for (int i = 0; i < rank; i++)
            sizes[i] = BinaryPrimitives.ReadUInt32BigEndian(header[HeaderLength(i)..]);
        return sizes.Contains(0u)
            ? throw new InvalidDataException($"{name}: the header declares {string.Join(" x ", sizes)}, expected no size of 0.")
            : sizes;
    }

    /// <summary>The content of a gzip file, inflated as it is asked for; the compressed bytes are held in memory.</summary>
    /// <param name="stream">The file; it is not needed any more when this returns.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="mostPossible">Its content can't be longer than this.</param>
    /// <exception cref="InvalidDataException">Its header is damaged, or it is as large as an array can be.</exception>
    internal static GzipMember OpenGzip(Stream stream, string name, out long mostPossible)
    {
        byte[] compressed = ReadCompressed(stream, [], name, Array.MaxLength, out int length);
        mostPossible = (long)length * MaxInflation;
        return new GzipMember(compressed, length, name);
    }

    private static int Count(uint[] declared, string name, int maxElements, out ImmutableArray<int> dimensions)
    {
        long count = 1;
        foreach (uint size in declared)
        {
            // Both factors are below 2^32 here, so that the product cannot overflow.
            count *= size;
            if (count > maxElements)
            {
                throw new InvalidDataException(
                    $"{name}: the header declares {string.Join(" x ", declared)} bytes, expected at most {maxElements}.");
            }
        }

        dimensions = [.. declared.Select(size => (int)size)];
        return (int)count;
    }

    // Memory at most doubles what has been read, so that a header alone buys no allocation.
    private static byte[] ReadGrowing(Stream source, int count, long sizeHint, out int read)
    {
        byte[] data = GC.AllocateUninitializedArray<byte>((int)Math.Min(count, Math.Max(FirstBlock, sizeHint)));
        read = 0;
        while (true)
        {
            read += source.ReadAtLeast(data.AsSpan(read), data.Length - read, throwOnEndOfStream: false);
            if (read < data.Length || read == count)
                return data;
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(count, 2L * data.Length));
            data.CopyTo(larger, 0);
            data = larger;
        }
    }

    private static byte[] ReadCompressed(Stream stream, ReadOnlySpan<byte> start, string name, int max, out int length)
    {
        long expected = start.Length + RemainingLength(stream) + 1; // one to see the end
        byte[] data = GC.AllocateUninitializedArray<byte>((int)Math.Min(max, Math.Max(FirstBlock, expected)));
        start.CopyTo(data);
        length = start.Length;
        while (true)
        {
            length += stream.ReadAtLeast(data.AsSpan(length), data.Length - length, throwOnEndOfStream: false);
            if (length < data.Length)
                return data;
            if (length == max)
                throw new InvalidDataException($"{name}: the compressed file has {max} bytes or more, expected fewer.");
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(max, 2L * data.Length));
            data.CopyTo(larger, 0);
            data = larger;
        }
    }

    private static long RemainingLength(Stream stream) => stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : 0;

    // "60000 x 28 x 28 = 47040000", or "60000".
    private static string Product(ImmutableArray<int> dimensions)
    {
        long count = dimensions.Aggregate(1L, (product, size) => product * size);
        string sizes = string.Join(" x ", dimensions);
        return dimensions.Length == 1 ? sizes : string.Create(CultureInfo.InvariantCulture, $"{sizes} = {count}");
    }
}
