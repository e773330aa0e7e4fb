// A safetensors file in memory: named tensors and metadata. Reading and writing lie beside it.
using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Vae.Files;

/// <summary>
/// A file of named float tensors and text metadata in the safetensors format: the length of the header (8 bytes, little-endian), the header
/// (JSON), the data of all tensors (little-endian, contiguous).
/// </summary>
/// <remarks>
/// Only dtype F32 is read and written. An instance does not change and may be used from several threads. Source: the section "Format" of
/// https://github.com/huggingface/safetensors.
/// </remarks>
public sealed partial class SafetensorsFile
{
    private readonly string _source;
    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsFile(
        string source, IReadOnlyList<SafetensorsTensor> tensors, SortedDictionary<string, string> metadata, string dataSha256)
    {
        _source = source;
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Tensors = tensors;
        Metadata = new ReadOnlyDictionary<string, string>(metadata);
        DataSha256 = dataSha256;
    }

    /// <summary>The metadata, enumerated in ordinal order of the keys; empty if the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data in the file.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>
    /// SHA-256 of the data section, all tensors' bytes in file order, in 64 lower-case hexadecimal digits. The header is not part of it:
    /// names, shapes and metadata may differ under one hash.
    /// </summary>
    public string DataSha256 { get; }

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">The exact name.</param>
    /// <exception cref="InvalidDataException">The file has no such tensor.</exception>
    public SafetensorsTensor this[string name] =>
        _byName.TryGetValue(name, out SafetensorsTensor? tensor)
            ? tensor
            : throw new InvalidDataException($"{_source}: there is no tensor '{name}'.");

    /// <summary>The hash that <see cref="DataSha256"/> has once <paramref name="tensors"/> are written in this order.</summary>
    /// <param name="tensors">The tensors in file order.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Sha256(IReadOnlyList<SafetensorsTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var hash = new Sha256();
        foreach (SafetensorsTensor tensor in tensors) hash.Append(LittleEndianBytes(tensor.Data.Span));
        return hash.FinishHex();
    }

    /// <summary>Checks that the file holds exactly the tensors of an architecture, in any order.</summary>
    /// <param name="expected">Name and shape of every tensor; the names differ.</param>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, has another shape, or is not expected; the first of these is named.
    /// </exception>
    public void RequireTensors(IReadOnlyList<(string Name, int[] Shape)> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, int[] shape) in expected)
        {
            names.Add(name);
            string shown = SafetensorsTensor.Format(shape);
            if (!_byName.TryGetValue(name, out SafetensorsTensor? tensor))
            {
                throw new InvalidDataException($"{_source}: there is no tensor '{name}', expected one of shape {shown}.");
            }

            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"{_source}: tensor '{name}' has shape {SafetensorsTensor.Format(tensor.Shape.AsSpan())}, expected {shown}.");
            }
        }

        foreach (SafetensorsTensor tensor in Tensors)
        {
            if (!names.Contains(tensor.Name))
            {
                throw new InvalidDataException(
                    $"{_source}: tensor {SafetensorsHeader.Quote(tensor.Name)} does not belong to this architecture.");
            }
        }
    }

    // The floats as the format stores them: in place where memory is little-endian already, a reversed copy elsewhere.
    internal static ReadOnlySpan<byte> LittleEndianBytes(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.AsBytes(values);
        float[] reversed = values.ToArray();
        ReverseEndianness(reversed);
        return MemoryMarshal.AsBytes(reversed.AsSpan());
    }

    private static void ReverseEndianness(Span<float> values)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    // The first element that is NaN or infinite, or -1.
    private static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) return i;
        }

        return -1;
    }
}
