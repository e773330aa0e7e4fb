// One row of an input, which is used again for the next.

using System.Globalization;

namespace VaeFromScratch.Vae.Input;

/// <summary>One row of an input. The same object is filled again and again.</summary>
public sealed class InputRow
{
    private string? _name;

    /// <summary>The values, <c>[features]</c>; a missing one is NaN, and none is infinite. Undefined when there is a <see cref="Problem"/>.</summary>
    public float[] Values { get; private set; } = [];

    /// <summary>What the label column says; null when there is none.</summary>
    public string? Label { get; internal set; }

    /// <summary>The file name in a folder of images, else the row's number.</summary>
    public string Name => _name ?? Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The row's number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>One sentence when this row can't be used; else null.</summary>
    public string? Problem { get; internal set; }

    // A new row begins.
    internal void Begin(long number, string? name) => (Number, _name, Label, Problem) = (number, name, null, null);

    // Room for the values; it is kept while it fits.
    internal Span<float> Room(int features)
    {
        if (Values.Length != features) Values = new float[features];
        return Values;
    }
}
