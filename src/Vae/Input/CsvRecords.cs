// Splits a CSV file (RFC 4180) into records and cells, as bytes and one record at a time.

using System.Runtime.InteropServices;

namespace VaeFromScratch.Vae.Input;

/// <summary>The records of a CSV file. Memory follows the longest record, which is at most 64 MiB.</summary>
internal sealed class CsvRecords : IDisposable
{
    /// <summary>The most bytes of a record.</summary>
    public const int MaxLength = 64 << 20;

    private const byte Quote = (byte)'"', NewLine = (byte)'\n', Return = (byte)'\r';

    private readonly InputSource _source;
    private readonly List<(int Start, int Length)> _cells = [];
    private readonly byte _separator;
    private byte[] _buffer = new byte[1 << 14];
    private int _start, _end;
    private long _nextLine = 1;

    // Whether a cell of the record stands in quotes.
    private bool _quoted;

    public CsvRecords(InputSource source)
    {
        _source = source;
        if (Has(2) && _buffer.AsSpan(0, 3).SequenceEqual((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) _start = 3;
        _separator = FindSeparator();
    }

    /// <summary>What messages call the file.</summary>
    public string Path => _source.Path;

    /// <summary>The line, from 1, in which the record begins.</summary>
    public long Line { get; private set; }

    /// <summary>Cells of the record.</summary>
    public int Count => _cells.Count;

    /// <summary>Whether the record is an empty line.</summary>
    public bool IsEmpty => _cells is [(_, 0)] && !_quoted;

    /// <summary>Whether a cell of the record goes on after its closing quote.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>A cell without its quotes.</summary>
    public ReadOnlySpan<byte> this[int cell] => _buffer.AsSpan(_cells[cell].Start, _cells[cell].Length);

    /// <summary>Reads the next record; false at the end of the file.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed, the record is too long, or it has too many cells.</exception>
    public bool Read()
    {
        _cells.Clear();
        (IsDamaged, _quoted, Line) = (false, false, _nextLine);
        if (!Has(0)) return false;
        for (var at = 0; ;)
        {
            at = Has(at) && At(at) == Quote ? ReadQuoted(at + 1) : ReadPlain(at);
            if (_cells.Count > InputShape.MaxColumns) throw new InvalidDataException($"{Path}: line {Line} has over {InputShape.MaxColumns} cells; expected fewer.");
            if (Has(at) && At(at) == _separator)
            {
                at++;
                continue;
            }

            // At the end of the line, or of the file.
            if (Has(at)) at++;
            Finish(at);
            return true;
        }
    }

    public void Dispose() => _source.Dispose();

    // Cells are found relative to the record, which moves when the buffer grows; now it stays until the next one is read.
    private void Finish(int length)
    {
        foreach (ref var cell in CollectionsMarshal.AsSpan(_cells)) cell.Start += _start;
        _start += length;
        _nextLine++;
    }

    private byte At(int offset) => _buffer[_start + offset];

    private int ReadPlain(int at)
    {
        var first = at;
        while (Has(at))
        {
            var found = _buffer.AsSpan(_start + at, _end - _start - at).IndexOfAny(_separator, NewLine);
            at = found < 0 ? _end - _start : at + found;
            if (found >= 0) break;
        }

        // The return of a line that ends as on Windows; also of the last one.
        var ends = !Has(at) || At(at) == NewLine;
        _cells.Add((first, at - first - (ends && at > first && At(at - 1) == Return ? 1 : 0)));
        return at;
    }

    // Quotes are taken out in place: the cell shrinks within the buffer.
    private int ReadQuoted(int at)
    {
        var (first, to) = (at, at);
        _quoted = true;
        for (; ; at++)
        {
            if (!Has(at)) throw new InvalidDataException($"{Path}: a quote that opens in the record of line {Line} is not closed.");
            var value = At(at);
            if (value == NewLine) _nextLine++;
            if (value == Quote && !(Has(++at) && At(at) == Quote)) break;
            _buffer[_start + to++] = value;
        }

        _cells.Add((first, to - first));
        if (Has(at) && At(at) == Return && (!Has(at + 1) || At(at + 1) == NewLine)) at++;
        if (!Has(at) || At(at) == _separator || At(at) == NewLine) return at;
        IsDamaged = true;
        at = ReadPlain(at);
        _cells.RemoveAt(_cells.Count - 1);
        return at;
    }

    // Whether the byte at an offset from the record's start is in the buffer, after more has been read if need be.
    private bool Has(int offset)
    {
        while (_start + offset >= _end)
        {
            if (offset >= MaxLength) throw new InvalidDataException($"{Path}: the record of line {Line} is longer than {MaxLength} bytes; expected shorter ones.");
            if (_end == _buffer.Length) MakeRoom();
            var read = _source.Read(_buffer.AsSpan(_end));
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        var target = length > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, length);
    }

    // The one that the first line has most of, outside of quotes; a comma if it has none.
    private byte FindSeparator()
    {
        ReadOnlySpan<byte> separators = ",;\t"u8;
        Span<int> counts = stackalloc int[separators.Length];
        var quoted = false;
        for (var at = 0; Has(at) && (quoted || At(at) != NewLine); at++)
        {
            quoted ^= At(at) == Quote;
            if (!quoted && separators.IndexOf(At(at)) is >= 0 and var kind) counts[kind]++;
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++) if (counts[i] > counts[best]) best = i;
        return separators[best];
    }
}
