// What a variant of training does to the figures of a study.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Study;

/// <summary>The models of a study that were trained in another way than those of its grid, beside the latter.</summary>
/// <remarks>Its models are compared with those of the grid that are alike in held-out class, latent dimension, beta and seed.</remarks>
public sealed class StudyVariant
{
    private readonly StudyStore _store;
    private readonly ImmutableArray<(StudyRow Variant, StudyRow Plain)> _pairs;

    private StudyVariant(StudyStore store, string name, IEnumerable<(StudyRow Variant, StudyRow Plain)> pairs) =>
        (_store, Name, _pairs) = (store, name, [.. pairs]);

    /// <summary>The latent dimension and beta, and what is set otherwise than in the grid, as <c>latent=16 beta=1 warmUp=10</c>.</summary>
    public string Name { get; }

    /// <summary>How many models there are.</summary>
    public int Models => _pairs.Length;

    /// <summary>The variants of a study, in the order of its rows; models without a counterpart in the grid are left out.</summary>
    public static IReadOnlyList<StudyVariant> Of(StudyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var grid = store.Grid;
        var plain = grid.ToDictionary(Place);
        var pairs = store.Rows.Except(grid).Where(row => plain.ContainsKey(Place(row))).Select(row => (Variant: row, Plain: plain[Place(row)]));
        return [.. pairs.GroupBy(NameOf).Select(group => new StudyVariant(store, group.Key, group))];
    }

    /// <summary>The mean of a figure over its models.</summary>
    /// <exception cref="ArgumentException">The study has no such column.</exception>
    public double Mean(string column) => _pairs.Average(Figure(column, pair => pair.Variant));

    /// <summary>The figure less that of the grid; the pairs are the held-out classes, each the mean over its seeds.</summary>
    /// <exception cref="ArgumentException">The study has no such column.</exception>
    public PairedDifference Difference(string column)
    {
        var (variant, plain) = (Figure(column, pair => pair.Variant), Figure(column, pair => pair.Plain));
        return PairedDifference.Of([.. _pairs.GroupBy(pair => pair.Variant.Settings.HeldOut).OrderBy(group => group.Key)
            .Select(group => group.Average(pair => variant(pair) - plain(pair)))]);
    }

    private Func<(StudyRow Variant, StudyRow Plain), double> Figure(string column, Func<(StudyRow Variant, StudyRow Plain), StudyRow> row)
    {
        var figure = _store.Columns.IndexOf(column);
        return figure >= 0 ? pair => row(pair).Figure(figure) : throw new ArgumentException($"The study has no column '{column}'.", nameof(column));
    }

    private static (int HeldOut, int Latent, double Beta, ulong Seed) Place(StudyRow row) =>
        (row.Settings.HeldOut, row.Settings.Latent, row.Settings.Beta, row.Settings.Seed);

    private static string NameOf((StudyRow Variant, StudyRow Plain) pair) => string.Join(' ', pair.Variant.Settings.Describe()
        .Where(setting => setting.Key is "latent" or "beta" || !pair.Plain.Settings.Describe().Contains(setting))
        .Select(setting => $"{setting.Key}={setting.Value}"));
}
