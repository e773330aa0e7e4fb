// The numbers of an array file, and how they become floats.

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Input;

internal enum NumberType
{
    Byte,
    SByte,
    UInt16,
    Int16,
    UInt32,
    Int32,
    Int64,
    Half,
    Single,
    Double,
}

/// <summary>How the numbers of an array lie in its file.</summary>
/// <param name="Type">Their type.</param>
/// <param name="IsReversed">Whether the order of their bytes is not this machine's.</param>
internal readonly record struct NumberFormat(NumberType Type, bool IsReversed = false)
{
    /// <summary>Bytes of a number.</summary>
    public int Size => Type switch
    {
        NumberType.Byte or NumberType.SByte => 1,
        NumberType.UInt16 or NumberType.Int16 or NumberType.Half => 2,
        NumberType.UInt32 or NumberType.Int32 or NumberType.Single => 4,
        _ => 8,
    };

    /// <summary>The nearest floats; infinite where a number is too large.</summary>
    /// <param name="bytes">The numbers; overwritten when they have to be reversed.</param>
    /// <param name="toUnit">Whether unsigned bytes and 16-bit numbers are divided by their largest, to lie in [0, 1].</param>
    /// <param name="values">Receives them.</param>
    public void Convert(Span<byte> bytes, bool toUnit, Span<float> values)
    {
        if (IsReversed) Reverse(bytes);
        switch (Type)
        {
            case NumberType.Byte when toUnit: UnitInterval.FromBytes(bytes, values); break;
            case NumberType.Byte: Convert<byte>(bytes, values); break;
            case NumberType.SByte: Convert<sbyte>(bytes, values); break;
            case NumberType.UInt16: Convert<ushort>(bytes, values); break;
            case NumberType.Int16: Convert<short>(bytes, values); break;
            case NumberType.UInt32: Convert<uint>(bytes, values); break;
            case NumberType.Int32: Convert<int>(bytes, values); break;
            case NumberType.Int64: Convert<long>(bytes, values); break;
            case NumberType.Half: Convert<Half>(bytes, values); break;
            case NumberType.Single: MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values); break;
            default: Convert<double>(bytes, values); break;
        }

        if (toUnit && Type == NumberType.UInt16)
            for (var i = 0; i < values.Length; i++) values[i] /= ushort.MaxValue;
    }

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<float> values) where T : unmanaged, INumberBase<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < values.Length; i++) values[i] = float.CreateTruncating(numbers[i]);
    }

    private void Reverse(Span<byte> bytes)
    {
        if (Size == 2) ReverseItems<ushort>(bytes, BinaryPrimitives.ReverseEndianness);
        else if (Size == 4) ReverseItems<uint>(bytes, BinaryPrimitives.ReverseEndianness);
        else if (Size == 8) ReverseItems<ulong>(bytes, BinaryPrimitives.ReverseEndianness);
    }

    private delegate void Reversal<T>(ReadOnlySpan<T> source, Span<T> destination);

    private static void ReverseItems<T>(Span<byte> bytes, Reversal<T> reverse) where T : unmanaged
    {
        var items = MemoryMarshal.Cast<byte, T>(bytes);
        reverse(items, items);
    }
}
