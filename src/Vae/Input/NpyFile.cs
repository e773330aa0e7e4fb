// Writes an NPY file of floats row by row, of a number of rows that need not be known before.

using System.Buffers.Binary;

namespace VaeFromScratch.Vae.Input;

/// <summary>Writes an array of floats, <c>[n]</c> or <c>[n, columns]</c>, as an NPY file (version 1.0, little-endian, C order).</summary>
/// <remarks>To be seen whole or not at all: <c>AtomicFile.Write(path, stream => { var npy = new NpyFile(stream, columns); ...; npy.Finish(); })</c>.</remarks>
public sealed class NpyFile
{
    private readonly Stream _stream;
    private readonly long _start;
    private readonly int? _columns;
    private long _rows;

    /// <summary>Begins an array at the stream's position.</summary>
    /// <param name="stream">A stream that can seek, as the number of rows is written last. It is not disposed of.</param>
    /// <param name="columns">Numbers of a row; null for an array of one dimension.</param>
    /// <exception cref="ArgumentException">The stream can't seek.</exception>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public NpyFile(Stream stream, int? columns = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (columns is { } count) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(columns));
        if (!stream.CanSeek) throw new ArgumentException("The stream can't seek; the number of rows is written at its start, last.", nameof(stream));
        (_stream, _start, _columns) = (stream, stream.Position, columns);
        stream.Write(NpyHeader.Make(0, columns));
    }

    /// <summary>Adds whole rows.</summary>
    /// <param name="values">The numbers, row by row.</param>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        var (rows, rest) = Math.DivRem(values.Length, _columns ?? 1);
        if (rest != 0) throw new ArgumentException(FormattableString.Invariant($"{values.Length} numbers are no whole rows of {_columns}."), nameof(values));
        Span<byte> block = stackalloc byte[1024];
        for (var at = 0; at < values.Length;)
        {
            var count = Math.Min(block.Length / sizeof(float), values.Length - at);
            for (var i = 0; i < count; i++) BinaryPrimitives.WriteSingleLittleEndian(block[(i * sizeof(float))..], values[at + i]);
            _stream.Write(block[..(count * sizeof(float))]);
            at += count;
        }

        _rows += rows;
    }

    /// <summary>Writes the number of rows, and leaves the stream at the end of the array. Nothing is valid before.</summary>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public void Finish()
    {
        var end = _stream.Position;
        _stream.Position = _start;
        _stream.Write(NpyHeader.Make(_rows, _columns));
        _stream.Position = end;
    }
}
