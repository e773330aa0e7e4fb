// The file of a study: a line a model, as comma-separated values.

using System.Collections.Immutable;
using System.Text;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>A study's rows in a file of comma-separated values, which is replaced as a whole whenever a row comes in.</summary>
/// <remarks>
/// The rows are kept in the order of their settings and hold nothing that depends on the machine, so a study that was made in parts gives the same bytes as
/// one that was made in one go. One process at a time may write a file: see <see cref="Lock"/>.
/// </remarks>
public sealed class StudyStore
{
    private const string Area = ".auroc";

    private static readonly TrainingSettings TheReference = new();

    private readonly SortedDictionary<TrainingSettings, StudyRow> _rows = new(StudyOrder.Instance);
    private readonly Lock _lock = new();

    private StudyStore(string path, ImmutableArray<string> columns, ImmutableArray<StudyRow> lines)
    {
        (Path, Columns, Lines) = (path, columns, lines);
        foreach (var row in lines) _rows.Add(row.Settings, row);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Names of the figures that every row has, in the order of the file.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>The rows in the order in which they stood in the file that was read: the first is in line 2.</summary>
    public ImmutableArray<StudyRow> Lines { get; }

    /// <summary>All rows, in the order in which they are written.</summary>
    public IReadOnlyList<StudyRow> Rows
    {
        get
        {
            lock (_lock) return [.. _rows.Values];
        }
    }

    /// <summary>Opens a file to add rows to, and writes it; it need not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The figures that the rows will have.</param>
    /// <param name="part">Which images the rows will be of.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its rows have other figures or are of other data.</exception>
    /// <exception cref="IOException">The file can't be written: better known now than after the first model.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    internal static StudyStore Open(string path, ImmutableArray<string> columns, FashionMnistPart part)
    {
        var store = File.Exists(path) ? Read(path) : new StudyStore(path, columns, []);
        if (StudyFigures.FirstDifference(store.Columns, columns) is { } difference)
            throw new InvalidDataException($"{path}: its columns are not those of this study: {difference}; use another file.");
        if (store.Lines.FirstOrDefault(row => row.Part != part) is { } other)
            throw new InvalidDataException($"{path}: its models are of {FashionMnistParts.NameOf(other.Part)}, not of {FashionMnistParts.NameOf(part)}; use another file.");
        store.Write();
        return store;
    }

    /// <summary>Keeps other processes away from a file until it is disposed of: two that write it would lose each other's rows.</summary>
    /// <exception cref="RunConflictException">Another process is working on the file.</exception>
    /// <exception cref="IOException">Its folder can't be written.</exception>
    internal static IDisposable Lock(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        RunFolder.Create(folder);
        var name = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(path)}.lock");
        try
        {
            var taken = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            AtomicFile.RemoveStale(folder);
            return taken;
        }
        catch (IOException e) when (File.Exists(name))
        {
            throw new RunConflictException($"{path}: another process is working on this study.", e);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not a study, or damaged; the message says in which line.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static StudyStore Read(string path)
    {
        using var records = new CsvRecords(new InputSource(File.OpenRead(path), path));
        if (!records.Read()) throw new InvalidDataException($"{path}: the file is empty; expected a line of column names.");
        var header = Cells(records);
        if (!header.Take(StudyRow.SettingColumns.Length).SequenceEqual(StudyRow.SettingColumns))
            throw new InvalidDataException($"{path}, line 1: the columns begin otherwise than with {string.Join(',', StudyRow.SettingColumns)}.");
        ImmutableArray<string> columns = [.. header.Skip(StudyRow.SettingColumns.Length)];
        var rows = new SortedDictionary<TrainingSettings, long>(StudyOrder.Instance);
        var read = ImmutableArray.CreateBuilder<StudyRow>();
        while (records.Read())
        {
            var (place, fields) = (Place(records), Cells(records));
            if (fields.Length != header.Length)
                throw new InvalidDataException(FormattableString.Invariant($"{place}: there are {fields.Length} fields; expected {header.Length}."));
            var row = StudyRow.Parse(fields, place);
            if (!rows.TryAdd(row.Settings, records.Line))
                throw new InvalidDataException(FormattableString.Invariant($"{place}: these settings stood in line {rows[row.Settings]} before."));
            read.Add(row);
            if (row.Part != read[0].Part)
                throw new InvalidDataException($"{place}: the model is of {FashionMnistParts.NameOf(row.Part)}, and those before of {FashionMnistParts.NameOf(read[0].Part)}.");
        }

        return new StudyStore(path, columns, read.ToImmutable());
    }

    /// <summary>
    /// The rows of the grid: those of plain runs that differ from the first row in nothing but held-out class, latent dimension, beta and seed.
    /// </summary>
    public IReadOnlyList<StudyRow> Grid
    {
        get
        {
            var rows = Rows;
            return [.. rows.Where(row => row.IsPlain && Others(row).SequenceEqual(Others(rows[0])))];

            static IEnumerable<string> Others(StudyRow row) =>
                row.Settings.Describe().Where(setting => setting.Key is not ("heldOut" or "latent" or "beta" or "seed")).Select(setting => setting.Value);
        }
    }

    /// <summary>
    /// The rows of the grid of those seeds that have a model for every held-out class, latent dimension and beta: cells that may be compared. None if no
    /// seed has, or if there is only one beta.
    /// </summary>
    public IReadOnlyList<StudyRow> CompleteGrid
    {
        get
        {
            var grid = Grid;
            int Distinct<T>(Func<TrainingSettings, T> setting) => grid.Select(row => setting(row.Settings)).Distinct().Count();
            var models = Distinct(settings => settings.HeldOut) * Distinct(settings => settings.Latent) * Distinct(settings => settings.Beta);
            return Distinct(settings => settings.Beta) < 2 ? [] : [.. grid.GroupBy(row => row.Settings.Seed).Where(seed => seed.Count() == models).SelectMany(seed => seed)];
        }
    }

    /// <summary>The names of the scores whose AUC-ROC is in the columns, in their order.</summary>
    public IEnumerable<string> Scores =>
        Columns.Where(column => column.EndsWith(Area, StringComparison.Ordinal)).Select(column => column[..^Area.Length]);

    /// <summary>The scores that claims are judged by, as far as the columns have them: the reference score and the default one.</summary>
    public IEnumerable<string> Judged => new[] { GridCell.ReferenceScore, ScoreCatalogue.Default }.Intersect(Scores);

    /// <summary>The rows of the reference model, that of <see cref="TrainingSettings"/> without a word, of those seeds that have one for every held-out class.</summary>
    public IReadOnlyList<StudyRow> Reference
    {
        get
        {
            var rows = Grid.Where(row => IsReference(row.Settings)).ToArray();
            var classes = rows.Select(row => row.Settings.HeldOut).Distinct().Count();
            return [.. rows.GroupBy(row => row.Settings.Seed).Where(seed => seed.Count() == classes).SelectMany(seed => seed)];
        }
    }

    /// <summary>Whether settings are those of the reference model in latent dimension and beta.</summary>
    internal static bool IsReference(TrainingSettings settings) => (settings.Latent, settings.Beta) == (TheReference.Latent, TheReference.Beta);

    /// <summary>The row of these settings, or null.</summary>
    public StudyRow? Find(TrainingSettings settings)
    {
        lock (_lock) return _rows.GetValueOrDefault(settings);
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
            _rows[row.Settings] = row;
            Write();
        }
    }

    private void Write() => AtomicFile.WriteAllText(Path, Format());

    private string Format()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', StudyRow.SettingColumns.Concat(Columns).Select(CsvCell.Of)).Append('\n');
        foreach (var row in _rows.Values) text.AppendJoin(',', row.Fields.Select(CsvCell.Of)).Append('\n');
        return text.ToString();
    }

    private static string[] Cells(CsvRecords records) => records.IsDamaged
        ? throw new InvalidDataException($"{Place(records)}: a field goes on after its closing quote.")
        : [.. Enumerable.Range(0, records.Count).Select(i => CsvText.Text(records[i]) ?? throw new InvalidDataException($"{Place(records)}: its text is not UTF-8."))];

    private static string Place(CsvRecords records) => FormattableString.Invariant($"{records.Path}, line {records.Line}");
}
