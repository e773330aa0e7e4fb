// Reads TensorBoard's files by the formats' descriptions alone; it shares nothing with the writer.

using System.Text;

namespace VaeFromScratch.Vae.Tests.Exchange;

/// <summary>An event as far as these tests ask.</summary>
internal sealed record ReadEvent(double WallTime, long Step, string? FileVersion, List<(string Tag, float? Scalar, string? Text, string? Plugin)> Values);

internal static class EventReader
{
    /// <summary>All events of a file; every checksum is checked, and nothing may be left over.</summary>
    public static List<ReadEvent> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<ReadEvent>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BitConverter.ToUInt64(bytes, at);
            Assert.Equal(Mask(Crc32C(bytes.AsSpan(at, 8))), BitConverter.ToUInt32(bytes, at + 8));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Mask(Crc32C(data)), BitConverter.ToUInt32(bytes, at + 12 + length));
            events.Add(Event(data));
            at += 12 + length + 4;
        }

        return events;
    }

    /// <summary>CRC-32C by its definition, bit by bit: the reflected polynomial 0x1EDC6F41.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78u;
        }

        return ~crc;
    }

    public static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    private static ReadEvent Event(ReadOnlySpan<byte> message)
    {
        var (time, step, version) = (double.NaN, 0L, (string?)null);
        var values = new List<(string, float?, string?, string?)>();
        foreach (var (field, number, bytes) in Fields(message))
        {
            switch (field)
            {
                case 1: time = BitConverter.UInt64BitsToDouble(number); break;
                case 2: step = (long)number; break;
                case 3: version = Encoding.UTF8.GetString(bytes); break;
                case 5: values.AddRange(Fields(bytes).Where(value => value.Field == 1).Select(value => Value(value.Bytes))); break;
                default: Assert.Fail($"There is no field {field} of an event here."); break;
            }
        }

        return new ReadEvent(time, step, version, values);
    }

    private static (string, float?, string?, string?) Value(byte[] message)
    {
        var (tag, scalar, text, plugin) = ("", (float?)null, (string?)null, (string?)null);
        foreach (var (field, number, bytes) in Fields(message))
        {
            switch (field)
            {
                case 1: tag = Encoding.UTF8.GetString(bytes); break;
                case 2: scalar = BitConverter.UInt32BitsToSingle((uint)number); break;
                case 8: text = Encoding.UTF8.GetString(Fields(bytes).Single(part => part.Field == 8).Bytes); break;
                case 9: plugin = Encoding.UTF8.GetString(Fields(Fields(bytes).Single(part => part.Field == 1).Bytes).Single(part => part.Field == 1).Bytes); break;
                default: Assert.Fail($"There is no field {field} of a value here."); break;
            }
        }

        return (tag, scalar, text, plugin);
    }

    private static List<(int Field, ulong Number, byte[] Bytes)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, ulong, byte[])>();
        while (message.Length > 0)
        {
            var key = Varint(ref message);
            var (number, bytes) = (0UL, Array.Empty<byte>());
            switch (key & 7)
            {
                case 0: number = Varint(ref message); break;
                case 1: number = BitConverter.ToUInt64(Take(ref message, 8)); break;
                case 2: bytes = Take(ref message, (int)Varint(ref message)); break;
                case 5: number = BitConverter.ToUInt32(Take(ref message, 4)); break;
                default: Assert.Fail($"There is no wire type {key & 7}."); break;
            }

            fields.Add(((int)(key >> 3), number, bytes));
        }

        return fields;
    }

    private static byte[] Take(ref ReadOnlySpan<byte> message, int length)
    {
        var taken = message[..length].ToArray();
        message = message[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
