// Rows of a CSV file.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Input;

/// <summary>Rows of a CSV file, each a record. Empty lines at its end are no rows; one between others is.</summary>
internal sealed class CsvInput : InputReader
{
    private readonly CsvRecords _records;
    private readonly CsvColumns _columns;

    // Empty lines that were read, and may turn out not to be the end.
    private long _empty, _firstEmpty;

    // Whether the reader's record is still to be given: the first when it is no header, and one behind empty lines.
    private bool _isHeld;

    private CsvInput(CsvRecords records, CsvColumns columns, bool hasHeader) : base(columns.Shape) =>
        (_records, _columns, _isHeld) = (records, columns, !hasHeader);

    /// <summary>Reads the first line, and the names in it if it has any.</summary>
    /// <exception cref="InvalidDataException">The columns are not those expected, or the file is empty or damaged.</exception>
    public static CsvInput Open(InputSource source, InputOptions options)
    {
        var records = new CsvRecords(source);
        if (!records.Read() || records.IsEmpty) throw new InvalidDataException($"{source.Path}: {(records.Count == 0 ? "the file" : "line 1")} is empty; expected cells with numbers or names.");
        var hasHeader = options.HasHeader ?? Enumerable.Range(0, records.Count).Any(cell => !IsValue(records[cell]));
        if (hasHeader && records.IsDamaged) throw new InvalidDataException($"{source.Path}: a cell of line 1 goes on after its closing quote.");
        ImmutableArray<string> names = [.. Enumerable.Range(0, records.Count).Select(cell => hasHeader ? Name(records, cell) : InputShape.DefaultName(cell))];
        return new CsvInput(records, CsvColumns.Match(names, hasHeader, source.Path, options), hasHeader);
    }

    private protected override bool Next(out string? name)
    {
        name = null;
        return _empty > 0 || _isHeld || Advance();
    }

    private protected override void Fill(InputRow row)
    {
        if (_empty > 0)
        {
            _empty--;
            FillEmpty(row, _firstEmpty++);
        }
        else
        {
            _isHeld = false;
            FillRecord(row, _records.Line);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _records.Dispose();
        base.Dispose(disposing);
    }

    // To the next record with content, counting the empty lines before it.
    private bool Advance()
    {
        while (_records.Read())
        {
            if (!_records.IsEmpty) return _isHeld = true;
            if (_empty++ == 0) _firstEmpty = _records.Line;
        }

        _empty = 0;
        return false;
    }

    // In a file of one column, an empty line is a missing value.
    private void FillEmpty(InputRow row, long line)
    {
        if (_columns.Features.Length == 1) row.Room(1)[0] = float.NaN;
        else row.Problem = FormattableString.Invariant($"line {line} is empty; expected {_columns.Features.Length} cells.");
    }

    private void FillRecord(InputRow row, long line)
    {
        row.Room(Shape.Features);
        row.Problem = _records.IsDamaged ? FormattableString.Invariant($"a cell of line {line} goes on after its closing quote.")
            : _records.Count != _columns.Features.Length
                ? FormattableString.Invariant($"line {line} has {_records.Count} cells; expected {_columns.Features.Length}.")
            : null;
        // To the end, whatever a cell holds: the label may stand to its right.
        if (row.Problem is null)
            for (var cell = 0; cell < _records.Count; cell++) Take(row, cell, line);
        row.Problem ??= ValueCheck.Problem(row.Values, Shape);
    }

    private void Take(InputRow row, int cell, long line)
    {
        var feature = _columns.Features[cell];
        if (feature < 0)
        {
            row.Label = CsvText.Text(_records[cell]);
            if (row.Label is null) row.Problem ??= FormattableString.Invariant($"the label in line {line} is not UTF-8.");
        }
        else if (!CsvText.TryParse(_records[cell], out row.Values[feature]))
        {
            var name = Shape.IsImage ? InputShape.DefaultName(cell) : Shape.Names[feature];
            row.Problem ??= FormattableString.Invariant($"'{CsvText.Shown(name)}' in line {line} is '{CsvText.Shown(_records[cell])}'; expected a finite number.");
        }
    }

    private static bool IsValue(ReadOnlySpan<byte> cell) => CsvText.TryParse(cell, out _);

    private static string Name(CsvRecords records, int cell) => records[cell].IsEmpty ? InputShape.DefaultName(cell)
        : CsvText.Text(records[cell]) ?? throw new InvalidDataException($"{records.Path}: the name of column {cell + 1} is not UTF-8; expected a file in UTF-8.");
}
