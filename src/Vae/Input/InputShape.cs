// What the rows of an input are: images of one size, or the rows of a table.

using System.Collections.Immutable;
using System.Globalization;

namespace VaeFromScratch.Vae.Input;

/// <summary>What the rows of an input are.</summary>
/// <param name="Features">Values in a row.</param>
/// <param name="Height">Rows of an image; null for a table.</param>
/// <param name="Width">Columns of an image; null for a table.</param>
/// <param name="Names">Column names of a table, "column 1" and so on when it has none; empty for images.</param>
public sealed record InputShape(int Features, int? Height, int? Width, ImmutableArray<string> Names)
{
    /// <summary>The most columns of a table that are read.</summary>
    public const int MaxColumns = 1_000_000;

    /// <summary>The most pixels of an image that are read: 4096 x 4096.</summary>
    public const int MaxPixels = 1 << 24;

    /// <summary>Whether the rows are images.</summary>
    public bool IsImage => Height is not null;

    /// <summary>The shape in words: "images of 28 x 28 pixels", or "rows of 4 values".</summary>
    public string Description => IsImage
        ? string.Create(CultureInfo.InvariantCulture, $"images of {Height} x {Width} pixels")
        : string.Create(CultureInfo.InvariantCulture, $"rows of {Features} values");

    // Whether the names are those that columns without a header get, which no header is expected to repeat.
    internal bool HasDefaultNames => Names.Select((name, i) => name == DefaultName(i)).All(same => same);

    /// <summary>Images of one size.</summary>
    public static InputShape Images(int height, int width) => new(checked(height * width), height, width, []);

    /// <summary>A table without column names.</summary>
    public static InputShape Table(int features) => new(features, null, null, [.. Enumerable.Range(0, features).Select(DefaultName)]);

    /// <summary>A table with column names.</summary>
    public static InputShape Table(ImmutableArray<string> names) => new(names.Length, null, null, names);

    /// <summary>Equal if features, sizes and names are.</summary>
    public bool Equals(InputShape? other) =>
        other is not null && (Features, Height, Width) == (other.Features, other.Height, other.Width) && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Features, Height, Width, Names.Length);

    internal static string DefaultName(int column) => string.Create(CultureInfo.InvariantCulture, $"column {column + 1}");

    // The shape to read a file of this shape by: where a model expects images, a table of as many columns is taken for images too.
    internal InputShape RequireFits(InputShape? expected, string path)
    {
        if (expected is null) return this;
        bool fits = Features == expected.Features && (!IsImage || (Height, Width) == (expected.Height, expected.Width));
        return fits ? expected : throw new InvalidDataException($"{path}: it holds {Description}; the model expects {expected.Description}.");
    }
}
