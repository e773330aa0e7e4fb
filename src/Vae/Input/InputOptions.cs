// How an input is to be read, where the file alone does not say.

namespace VaeFromScratch.Vae.Input;

/// <summary>How an input is to be read.</summary>
public sealed record InputOptions
{
    /// <summary>Name of a column of a CSV file that is kept aside as the row's label and is no feature.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// Whether the first line of a CSV file holds column names. Null: it does if any of its cells is neither a number nor missing. Other input has
    /// no lines, and is refused where something is said of them.
    /// </summary>
    public bool? HasHeader { get; init; }

    /// <summary>
    /// What a model expects: other input is refused, and columns that have names are taken by name, in this order.
    /// </summary>
    public InputShape? Expected { get; init; }

    // Throws if something is asked for that only CSV has.
    internal void RequireNoneOfCsv(string path)
    {
        if (LabelColumn is { } label) throw new InvalidDataException($"{path}: it has no column '{CsvText.Shown(label)}' of labels; only CSV has.");
        if (HasHeader is not null) throw new InvalidDataException($"{path}: it has no line that could be a header; only CSV has.");
    }
}
