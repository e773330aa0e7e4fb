// Damages of what lies inside a container, the container made anew around it: past check sums and lengths, where the readers' real work is.

using System.Buffers.Binary;
using System.IO.Compression;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Fuzz;

/// <summary>Damages a file, given another of its kind to take parts from.</summary>
internal delegate byte[] Damage(byte[] file, Rng random, byte[] other);

internal static class Wrapping
{
    private const int SignatureLength = 8, ChunkFrame = 12, SafetensorsPrefix = 8;

    /// <summary>The bytes as they are.</summary>
    public static byte[] None(byte[] file, Rng random, byte[] other) => Mutator.Damage(file, random, other);

    /// <summary>The content of a gzip file.</summary>
    public static byte[] Gzip(byte[] file, Rng random, byte[] other)
    {
        if (random.OneIn(4)) return None(file, random, other);
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, Level(random), leaveOpen: true)) gzip.Write(None(Inflate(file), random, Inflate(other)));
        return result.ToArray();

        static byte[] Inflate(byte[] file) => All(new GZipStream(new MemoryStream(file), CompressionMode.Decompress));
    }

    /// <summary>One entry of a zip file, which keeps its name or not.</summary>
    public static byte[] Zip(byte[] file, Rng random, byte[] other)
    {
        if (random.OneIn(3)) return None(file, random, other);
        using var archive = new ZipArchive(new MemoryStream(file));
        var chosen = random.Below(archive.Entries.Count);
        var result = new MemoryStream();
        using (var written = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < archive.Entries.Count; i++)
            {
                var content = All(archive.Entries[i].Open());
                using var entry = written.CreateEntry(archive.Entries[i].FullName, Level(random)).Open();
                entry.Write(i == chosen ? None(content, random, content) : content);
            }
        }

        var bytes = result.ToArray();
        return random.OneIn(4) ? None(bytes, random, other) : bytes;
    }

    /// <summary>The chunks of a PNG file, and the rows in its image data.</summary>
    public static byte[] Png(byte[] file, Rng random, byte[] other)
    {
        if (random.OneIn(5)) return None(file, random, other);
        var chunks = Chunks(file);
        var at = random.Below(chunks.Count);
        switch (random.Below(8))
        {
            case 0:
                chunks.RemoveAt(at);
                break;
            case 1:
                chunks.Insert(random.Below(chunks.Count), chunks[at]);
                break;
            case 2:
                chunks[at] = (Mutator.Damage(chunks[at].Type, random, "PLTE"u8), chunks[at].Data);
                break;
            case 3:
                chunks.Insert(at, random.Of(Chunks(other)));
                break;
            case 4 or 5:
                var rows = All(new ZLibStream(new MemoryStream([.. chunks.Where(chunk => chunk.Type.AsSpan().SequenceEqual("IDAT"u8)).SelectMany(chunk => chunk.Data)]), CompressionMode.Decompress));
                chunks.RemoveAll(chunk => chunk.Type.AsSpan().SequenceEqual("IDAT"u8));
                var compressed = new MemoryStream();
                using (var zlib = new ZLibStream(compressed, Level(random), leaveOpen: true)) zlib.Write(None(rows, random, rows));
                chunks.Insert(Math.Max(0, chunks.Count - 1), ("IDAT"u8.ToArray(), compressed.ToArray()));
                break;
            default:
                chunks[at] = (chunks[at].Type, None(chunks[at].Data, random, chunks[at].Data));
                break;
        }

        return [.. file[..SignatureLength], .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Data))];
    }

    /// <summary>The header of a safetensors file, its length made to fit.</summary>
    public static byte[] Safetensors(byte[] file, Rng random, byte[] other)
    {
        if (random.OneIn(4)) return None(file, random, other);
        var (header, data) = (Header(file), file[(SafetensorsPrefix + Header(file).Length)..]);
        header = None(header, random, Header(other));
        if (random.OneIn(4)) data = None(data, random, other);
        var length = new byte[SafetensorsPrefix];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];

        static byte[] Header(byte[] file) => file.AsSpan(SafetensorsPrefix, (int)BinaryPrimitives.ReadInt64LittleEndian(file)).ToArray();
    }

    private static CompressionLevel Level(Rng random) => random.OneIn(2) ? CompressionLevel.Fastest : CompressionLevel.NoCompression;

    private static byte[] All(Stream stream)
    {
        using (stream)
        {
            var result = new MemoryStream();
            stream.CopyTo(result);
            return result.ToArray();
        }
    }

    private static List<(byte[] Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(byte[], byte[])>();
        for (var at = SignatureLength; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add((file[(at + 4)..(at + 8)], file[(at + 8)..(at + 8 + length)]));
            at += ChunkFrame + length;
        }

        return chunks;
    }

    private static byte[] Chunk(byte[] type, byte[] data)
    {
        byte[] signed = [.. type, .. data];
        Span<byte> numbers = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(numbers, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], Crc32.Append(0, signed));
        return [.. numbers[..4], .. signed, .. numbers[4..]];
    }
}
