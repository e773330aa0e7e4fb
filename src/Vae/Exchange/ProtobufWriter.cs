// The part of the Protocol Buffers encoding that ONNX models and TensorBoard's events need.

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Writes the fields of one message: whole numbers as varints, floats in their 4 or 8 bytes, everything else with its length before it.</summary>
/// <remarks>protobuf.dev, "Encoding".</remarks>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0, EightBytesType = 1, LengthType = 2, FourBytesType = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>The bytes of a message.</summary>
    public static byte[] Encode(Action<ProtobufWriter> fields)
    {
        var message = new ProtobufWriter();
        fields(message);
        return message.Written.ToArray();
    }

    public void Number(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
    }

    public void Single(int field, float value)
    {
        Tag(field, FourBytesType);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    public void Double(int field, double value)
    {
        Tag(field, EightBytesType);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
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
