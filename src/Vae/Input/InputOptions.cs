// How an input is to be read, where the file alone does not say.

namespace VaeFromScratch.Vae.Input;

/// <summary>How an input is to be read.</summary>
public sealed record InputOptions
{
    /// <summary>Name of a column of a CSV file that is kept aside as the row's label and is no feature.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// Whether the first line of a CSV file holds column names. Null: it does if any of its cells is neither a number nor missing.
    /// </summary>
    public bool? HasHeader { get; init; }

    /// <summary>
    /// What a model expects: other input is refused, and columns that have names are taken by name, in this order.
    /// </summary>
    public InputShape? Expected { get; init; }
}
