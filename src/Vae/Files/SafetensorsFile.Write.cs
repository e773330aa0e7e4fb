// Writing a safetensors file: the same tensors and metadata give the same bytes on every machine.
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaeFromScratch.Vae.Files;

public sealed partial class SafetensorsFile
{
    // Data begins at a multiple of this, so that the file can be mapped into memory and used in place.
    private const int Alignment = 8;

    // A header is never put into a web page: quotes and letters of all languages stay readable.
    private static readonly JsonWriterOptions HeaderStyle = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Replaces <paramref name="path"/> all at once, through <see cref="AtomicFile"/>.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="tensors">The tensors, written in this order.</param>
    /// <param name="metadata">Text by key, written in ordinal order of the keys; may be empty.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities are accepted as data; by default they are refused, as on reading.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors share a name, a text is not valid Unicode, a tensor holds NaN or an infinity, or the header would exceed 1 MiB. The old
    /// file is untouched.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; the old file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(
        string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool allowNonFinite = false)
    {
        byte[] header = BuildHeader(tensors, metadata, allowNonFinite);
        AtomicFile.Write(path, stream => WriteContent(stream, header, tensors));
    }

    /// <summary>Writes the same bytes to <paramref name="stream"/>, and leaves it open.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="tensors">The tensors, written in this order.</param>
    /// <param name="metadata">Text by key, written in ordinal order of the keys; may be empty.</param>
    /// <param name="allowNonFinite">Whether NaN and infinities are accepted as data; by default they are refused, as on reading.</param>
    /// <exception cref="ArgumentException">As for the overload with a path; nothing is written.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool allowNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        WriteContent(stream, BuildHeader(tensors, metadata, allowNonFinite), tensors);
    }

    private static void WriteContent(Stream stream, byte[] header, IReadOnlyList<SafetensorsTensor> tensors)
    {
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (SafetensorsTensor tensor in tensors) stream.Write(LittleEndianBytes(tensor.Data.Span));
    }

    // Everything that could be refused is refused here, before a file is touched.
    private static byte[] BuildHeader(
        IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool allowNonFinite)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, HeaderStyle))
        {
            json.WriteStartObject();
            if (metadata.Count > 0) WriteMetadata(json, metadata);
            WriteEntries(json, tensors, allowNonFinite);
            json.WriteEndObject();
        }

        int padding = -(SafetensorsHeader.LengthBytes + buffer.WrittenCount) & (Alignment - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > SafetensorsHeader.MaxBytes)
        {
            throw new ArgumentException(
                $"The header would be {buffer.WrittenCount} bytes long, more than {SafetensorsHeader.MaxBytes}.", nameof(metadata));
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            RequireUnicode(key, nameof(metadata));
            RequireUnicode(value, nameof(metadata));
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<SafetensorsTensor> tensors, bool allowNonFinite)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        long begin = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            RequireUnicode(tensor.Name, nameof(tensors));
            if (!names.Add(tensor.Name)) throw new ArgumentException($"Two tensors are named '{tensor.Name}'.", nameof(tensors));

            int bad = allowNonFinite ? -1 : IndexOfNonFinite(tensor.Data.Span);
            if (bad >= 0)
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' is {tensor.Data.Span[bad]} at element {bad}; only finite numbers are written.",
                    nameof(tensors));
            }

            long end = begin + (long)tensor.Data.Length * sizeof(float);
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", "F32");
            json.WriteStartArray("shape");
            foreach (int dimension in tensor.Shape) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(begin);
            json.WriteNumberValue(end);
            json.WriteEndArray();
            json.WriteEndObject();
            begin = end;
        }
    }

    // The JSON writer would put a replacement character, and two different texts could become one.
    private static void RequireUnicode(string text, string parameter)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"The text holds half a surrogate pair at index {error.Index}.", parameter, error);
        }
    }
}
