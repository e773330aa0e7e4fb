// Assembles safetensors files by hand, independently of the writer, for the tests of the reader.
using System.Buffers.Binary;
using System.Text;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

internal static class SafetensorsBytes
{
    // Two tensors of 2x3 and 1 elements, an empty one and a scalar, and metadata: every part of the format in 330 bytes.
    public static byte[] Small() => File(
        """
        {"__metadata__":{"format":"vae","note":"\u00b5"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
        "none":{"dtype":"F32","shape":[0,5],"data_offsets":[24,24]},"b":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},
        "s":{"dtype":"F32","shape":[],"data_offsets":[28,32]}}
        """, 1, -2, 3.5f, 0, 1e-20f, -1e20f, 7, 8);

    public static byte[] File(string header, params float[] data)
    {
        byte[] bytes = new byte[4 * data.Length];
        for (int i = 0; i < data.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), data[i]);
        return File(Encoding.UTF8.GetBytes(header), bytes);
    }

    public static byte[] File(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    public static SafetensorsFile Read(byte[] file) => SafetensorsFile.Read(new MemoryStream(file), "test.safetensors");

    public static InvalidDataException Refuse(byte[] file)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(file));
        Assert.StartsWith("test.safetensors: ", error.Message, StringComparison.Ordinal);
        return error;
    }

    // True if the file is accepted and then consistent in itself, false if it is refused in the one way it may be.
    public static bool AcceptConsistently(byte[] file)
    {
        SafetensorsFile read;
        try
        {
            read = Read(file);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        long floats = 0;
        foreach (SafetensorsTensor tensor in read.Tensors)
        {
            Assert.Equal(tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension), tensor.Data.Length);
            Assert.Same(tensor, read[tensor.Name]);
            floats += tensor.Data.Length;
        }

        long header = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(file.Length, 8 + header + 4 * floats);
        Assert.Equal(read.DataSha256, Sha256.HashHex(file.AsSpan(8 + (int)header)));
        Assert.Equal(read.DataSha256, SafetensorsFile.Sha256(read.Tensors));
        return true;
    }
}
