// The options that say how a user's own data are read.

using System.CommandLine;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli;

internal sealed class InputOptionSet
{
    private readonly Option<string?> _label = new("--label") { HelpName = "COLUMN", Description = "Column of a CSV file that is kept aside: no feature, but written beside the scores." };

    private readonly Option<bool> _noHeader = new("--no-header") { Description = "The first line of a CSV file is a row; for CSV alone. [default: told from what it holds]" };

    /// <summary>The data.</summary>
    public Option<string?> Path { get; } = new Option<string?>("--input")
    {
        HelpName = "PATH",
        Description = "Own data: IDX, NPY, NPZ or CSV, plain or gzip, or a folder of PNG; told by the content.",
    }.OfPath();

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [Path, _label, _noHeader];

    /// <summary>Whether a column is kept aside as label.</summary>
    public bool HasLabel(ParseResult parsed) => parsed.GetValue(_label) is not null;

    /// <summary>Opens the data.</summary>
    /// <param name="parsed">The command line; <see cref="Path"/> was given.</param>
    /// <param name="expected">What a model takes; null if anything will do.</param>
    /// <exception cref="InvalidDataException">They can't be read, or are not what is expected.</exception>
    /// <exception cref="IOException">There are none, or they can't be read.</exception>
    public InputReader Open(ParseResult parsed, InputShape? expected = null) => InputReader.Open(parsed.GetValue(Path)!, new InputOptions
    {
        LabelColumn = parsed.GetValue(_label),
        HasHeader = parsed.GetValue(_noHeader) ? false : null,
        Expected = expected,
    });

    /// <summary>Reads all rows into memory, or those of one label.</summary>
    /// <param name="reader">The data.</param>
    /// <param name="path">Their name in messages.</param>
    /// <param name="label">The label of the rows to take; null for all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The rows, <c>[n, features]</c>.</returns>
    /// <exception cref="InputException">A row can't be used, or there are none.</exception>
    public static Matrix<float> ReadAll(InputReader reader, string path, string? label, CancellationToken cancellation)
    {
        var (row, numbers) = (new InputRow(), new List<float>());
        while (reader.Read(row))
        {
            cancellation.ThrowIfCancellationRequested();
            // A row whose label can't be read may be one to train on.
            if (label is not null && row.Label is not null && row.Label != label) continue;
            if (row.Problem is { } problem) throw new InputException($"{path}: row {row.Name}: {problem}");
            if (numbers.Count > Array.MaxLength - row.Values.Length)
                throw new InputException(FormattableString.Invariant($"{path}: there are more than {Array.MaxLength} numbers; expected a part of the rows to train on."));
            numbers.AddRange(row.Values);
        }

        if (numbers.Count == 0) throw new InputException(label is null ? $"{path} has no rows; expected some to train on." : $"{path} has no row with the label '{label}'; expected some to train on.");
        var rows = new Matrix<float>(numbers.Count / reader.Shape.Features, reader.Shape.Features);
        numbers.CopyTo(rows.Flat);
        return rows;
    }
}
