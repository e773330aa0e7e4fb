// The frames in which TensorBoard's files hold their events: length, event, and a checksum of each.

using System.Buffers.Binary;
using System.Numerics;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Writes and reads one record of a TFRecord file.</summary>
/// <remarks>
/// <code>
/// length, 8 bytes | masked CRC-32C of these, 4 bytes | data, length bytes | masked CRC-32C of these, 4 bytes        all little-endian
/// </code>
/// tensorflow.org, "TFRecord and tf.train.Example", section "TFRecords format details".
/// </remarks>
internal static class TensorBoardRecord
{
    // No event of ours comes near; the cap bounds what a file can make the reader allocate.
    private const int MaxBytes = 1 << 20;

    private const int LengthBytes = sizeof(ulong), SumBytes = sizeof(uint), HeadBytes = LengthBytes + SumBytes;

    /// <summary>Writes a record in one piece.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
        var record = new byte[HeadBytes + data.Length + SumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(LengthBytes), MaskedCrc32C(record.AsSpan(0, LengthBytes)));
        data.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeadBytes + data.Length), MaskedCrc32C(data));
        stream.Write(record);
    }

    /// <summary>The data of the next record; null at the end, and where a record is cut off or damaged.</summary>
    public static byte[]? TryRead(Stream stream)
    {
        var head = new byte[HeadBytes];
        if (stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(LengthBytes)) != MaskedCrc32C(head.AsSpan(0, LengthBytes))) return null;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > MaxBytes || (long)length + SumBytes > stream.Length - stream.Position) return null;
        var rest = new byte[(int)length + SumBytes];
        stream.ReadExactly(rest);
        var data = rest.AsSpan(0, (int)length);
        return BinaryPrimitives.ReadUInt32LittleEndian(rest.AsSpan((int)length)) == MaskedCrc32C(data) ? data.ToArray() : null;
    }

    /// <summary>The checksum of a record: a CRC-32C, turned and shifted so that a sum of data that hold sums is not a trivial one.</summary>
    internal static uint MaskedCrc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = BitOperations.Crc32C(crc, value);
        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xa282ead8u);
    }
}
