// Which column of a CSV file is which feature.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Input;

/// <summary>The columns of a CSV file.</summary>
/// <param name="Features">For each column the feature it holds; -1 for the labels.</param>
/// <param name="Shape">What the rows are.</param>
internal sealed record CsvColumns(ImmutableArray<int> Features, InputShape Shape)
{
    /// <summary>Finds the column of labels, and the features by name if both sides have names, else by position.</summary>
    /// <param name="names">The file's column names, in its order.</param>
    /// <param name="hasHeader">Whether they stand in the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">What is expected.</param>
    /// <exception cref="InvalidDataException">A column is missing, or there are too many, or two of one name.</exception>
    public static CsvColumns Match(ImmutableArray<string> names, bool hasHeader, string path, InputOptions options)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
            if (!places.TryAdd(names[i], i)) throw new InvalidDataException($"{path}: two columns have the name '{CsvText.Shown(names[i])}'; expected different names.");
        var label = options.LabelColumn is not { } wanted ? -1
            : places.TryGetValue(wanted, out var place) ? place
            : throw new InvalidDataException($"{path}: there is no column '{CsvText.Shown(wanted)}' for the labels; the columns are {List(names)}.");

        var features = Enumerable.Range(0, names.Length).Where(column => column != label).ToArray();
        if (features.Length == 0) throw new InvalidDataException($"{path}: there is no column but that of the labels.");
        var shape = InputShape.Table([.. features.Select(column => names[column])]);
        if (options.Expected is not { } expected) return new(Targets(features), shape);
        if (!hasHeader || expected.HasDefaultNames) return new(Targets(features), shape.RequireFits(expected, path));

        foreach (var name in expected.Names)
            if (!places.ContainsKey(name)) throw new InvalidDataException($"{path}: the column '{CsvText.Shown(name)}' that the model expects is missing; the columns are {List(names)}.");
        var known = expected.Names.ToHashSet(StringComparer.Ordinal);
        if (features.FirstOrDefault(column => !known.Contains(names[column]), -1) is >= 0 and var extra)
            throw new InvalidDataException($"{path}: the model knows no column '{CsvText.Shown(names[extra])}'; take it out, or name it as the column of labels.");
        return label >= 0 && known.Contains(names[label])
            ? throw new InvalidDataException($"{path}: the column '{CsvText.Shown(names[label])}' is a feature of the model; expected another for the labels.")
            : new(Targets(expected.Names.Select(name => places[name])), expected);

        ImmutableArray<int> Targets(IEnumerable<int> columns)
        {
            var targets = new int[names.Length];
            Array.Fill(targets, -1);
            foreach (var (feature, column) in columns.Index()) targets[column] = feature;
            return [.. targets];
        }
    }

    private static string List(ImmutableArray<string> names)
    {
        const int most = 20;
        var shown = string.Join(", ", names.Take(most).Select(CsvText.Shown));
        return names.Length > most ? FormattableString.Invariant($"{shown} and {names.Length - most} more") : shown;
    }
}
