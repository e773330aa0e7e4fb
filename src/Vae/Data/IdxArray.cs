// What an IDX file holds: the sizes from its header, and the elements.
using System.Buffers.Binary;
using System.Collections.Immutable;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Data;

/// <summary>An array of unsigned bytes with one to four dimensions, as an IDX file holds it.</summary>
public sealed class IdxArray
{
    internal IdxArray(ImmutableArray<int> dimensions, byte[] data)
    {
        Dimensions = dimensions;
        Data = data;
    }

    /// <summary>The size of each dimension, the slowest first: <c>[count]</c> for labels, <c>[count, height, width]</c> for images.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>The elements in row-major order; as many as the product of <see cref="Dimensions"/>.</summary>
    public byte[] Data { get; }

    /// <summary>
    /// The SHA-256 of the uncompressed IDX file (header and elements), in lower-case hexadecimal. It is that of
    /// <c>gzip -dc FILE.gz | sha256sum</c>, since the header of an array of unsigned bytes follows from its dimensions.
    /// </summary>
    public string ComputeSha256()
    {
        Span<byte> header = stackalloc byte[IdxFile.HeaderLength(Dimensions.Length)];
        header.Clear();
        header[2] = IdxFile.UnsignedByte;
        header[3] = (byte)Dimensions.Length;
        for (int i = 0; i < Dimensions.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header[(4 + (4 * i))..], Dimensions[i]);

        var hash = new Sha256();
        hash.Append(header);
        hash.Append(Data);
        return hash.FinishHex();
    }
}
