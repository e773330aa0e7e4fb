// Makes IDX and gzip files for tests, right and wrong ones.
using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeFromScratch.Vae.Tests.Data;

internal static class IdxBytes
{
    public static byte[] Header(params uint[] sizes)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        header[2] = 8;
        header[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        return header;
    }

    public static byte[] Array(params uint[] sizes) => [.. Header(sizes), .. Elements((int)sizes.Aggregate(1u, (a, b) => a * b))];

    public static byte[] Elements(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * i) + (i >> 3)))];

    public static byte[] Gzip(byte[] content)
    {
        var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(content);
        return file.ToArray();
    }
}
