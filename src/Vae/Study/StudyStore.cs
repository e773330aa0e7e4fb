// The file of a study: a line a model, as comma-separated values.

using System.Collections.Immutable;
using System.Text;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>A study's rows in a file of comma-separated values, which is replaced as a whole whenever a row comes in.</summary>
/// <remarks>
/// The rows are kept in the order of their settings and hold nothing that depends on the machine, so a study that was made in parts, by
/// several processes at once or on several machines gives the same bytes. One process at a time may write a file.
/// </remarks>
public sealed class StudyStore
{
    private readonly SortedDictionary<string, StudyRow> _rows;
    private readonly Lock _lock = new();

    private StudyStore(string path, ImmutableArray<string> columns, IEnumerable<StudyRow> rows)
    {
        (Path, Columns) = (path, columns);
        _rows = new(StringComparer.Ordinal);
        foreach (var row in rows) _rows.Add(row.SortKey, row);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Names of the figures that every row has, in the order of the file.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>All rows, in the order of the file.</summary>
    public IReadOnlyList<StudyRow> Rows
    {
        get
        {
            lock (_lock) return [.. _rows.Values];
        }
    }

    /// <summary>Opens a file to add rows to; it need not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The figures that the rows will have.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its rows have other figures.</exception>
    public static StudyStore Open(string path, ImmutableArray<string> columns)
    {
        // Now and not after the first model: the folder may not be writable.
        RunFolder.Create(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        if (!File.Exists(path)) return new StudyStore(path, columns, []);
        var store = Read(path);
        if (store.Columns.SequenceEqual(columns)) return store;
        var missing = columns.Except(store.Columns).Concat(store.Columns.Except(columns)).FirstOrDefault();
        throw new InvalidDataException($"{path}: its columns are not those of this study"
            + (missing is null ? ", they stand in another order" : $": '{missing}' is only in one of them") + "; use another file.");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not a study, or damaged; the message says in which line.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static StudyStore Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0) throw new InvalidDataException($"{path}: the file is empty; expected a line of column names.");
        var header = Csv.Split(lines[0], $"{path}, line 1");
        if (!header.Take(StudyRow.SettingColumns.Length).SequenceEqual(StudyRow.SettingColumns))
            throw new InvalidDataException($"{path}, line 1: the columns begin otherwise than with {string.Join(',', StudyRow.SettingColumns)}.");
        ImmutableArray<string> columns = [.. header.Skip(StudyRow.SettingColumns.Length)];
        var rows = new Dictionary<string, StudyRow>();
        for (var i = 1; i < lines.Length; i++)
        {
            var place = FormattableString.Invariant($"{path}, line {i + 1}");
            var fields = Csv.Split(lines[i], place);
            if (fields.Count != header.Count)
                throw new InvalidDataException(FormattableString.Invariant($"{place}: there are {fields.Count} fields; expected {header.Count}."));
            var row = StudyRow.Parse(fields, place);
            if (!rows.TryAdd(row.SortKey, row)) throw new InvalidDataException($"{place}: these settings stood in a line before.");
        }

        return new StudyStore(path, columns, rows.Values);
    }

    /// <summary>The row of these settings, or null.</summary>
    public StudyRow? Find(TrainingSettings settings)
    {
        lock (_lock) return _rows.GetValueOrDefault(StudyRow.SortKeyOf(settings));
    }

    /// <summary>Adds a row, or replaces the one of the same settings, and writes the file; any thread may.</summary>
    /// <exception cref="IOException">The file can't be written; the old one is untouched.</exception>
    public void Add(StudyRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Figures.Length != Columns.Length)
            throw new ArgumentException(FormattableString.Invariant($"The row has {row.Figures.Length} figures; expected {Columns.Length}."), nameof(row));
        lock (_lock)
        {
            _rows[row.SortKey] = row;
            AtomicFile.WriteAllText(Path, Format());
        }
    }

    private string Format()
    {
        var text = new StringBuilder();
        text.Append(Csv.Join([.. StudyRow.SettingColumns, .. Columns])).Append('\n');
        foreach (var row in _rows.Values) text.Append(Csv.Join(row.Fields)).Append('\n');
        return text.ToString();
    }
}
