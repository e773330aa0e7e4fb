// The part of the Protocol Buffers encoding that a model file needs.

using System.Buffers;
using System.Text;

namespace VaeFromScratch.Peers;

/// <summary>Writes the fields of one message: numbers as varints, everything else with its length before it.</summary>
/// <remarks>protobuf.dev, "Encoding".</remarks>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0, LengthType = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Number(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthType);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, Action<ProtobufWriter> fields)
    {
        var message = new ProtobufWriter();
        fields(message);
        Bytes(field, message.Written);
    }

    private void Tag(int field, int type) => Varint((ulong)(field << 3 | type));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
