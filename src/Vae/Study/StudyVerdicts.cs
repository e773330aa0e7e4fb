// What a study says of common claims about beta and the latent dimension.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Study;

/// <summary>A claim, held against a study.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Figure">What it is judged by: a column of the study.</param>
/// <param name="Verdict">The verdict on the mean over the held-out classes.</param>
/// <param name="Text">The figures behind it.</param>
/// <param name="Classes">The same for each held-out class by itself.</param>
public sealed record StudyVerdict(string Claim, string Figure, Verdict Verdict, string Text, IReadOnlyList<ClassVerdict> Classes);

/// <summary>A claim, held against one held-out class.</summary>
/// <param name="HeldOut">The class.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Deciding">Of the claim's differences, each in the direction that the claim wants, the one that decides: whose interval reaches lowest, or, where the claim is
/// contradicted, that lies lowest below zero.</param>
public sealed record ClassVerdict(int HeldOut, Verdict Verdict, PairedDifference Deciding);

/// <summary>Computes verdicts from a study's full grids: every held-out class with every latent dimension and beta, for the seeds that are complete.</summary>
/// <remarks>
/// A claim says that one setting has a higher figure than another. It holds if the 95 % interval of the paired difference lies above zero, is contradicted if it lies
/// below, and is not decided otherwise; a claim of several comparisons holds if all do, and is contradicted if one is, which by chance alone happens to a claim of k
/// in up to k·2.5 % of cases. Over classes, the pairs are the classes, each the mean over everything else. Within a class they are the seeds, each the mean over
/// the cells: the other latent dimensions and betas of a grid are no sample of anything, so that a single seed decides nothing.
/// </remarks>
public sealed class StudyVerdicts
{
    private readonly StudyStore _store;
    private readonly ImmutableArray<StudyRow> _rows;
    private readonly double[] _betas;
    private readonly int[] _latents;

    /// <summary>Takes the complete seeds of a study.</summary>
    /// <exception cref="InvalidDataException">No seed has a model for every held-out class, latent dimension and beta.</exception>
    public StudyVerdicts(StudyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _rows = [.. store.CompleteGrid];
        if (_rows.IsEmpty)
            throw new InvalidDataException($"{store.Path}: no seed has a model for each class with every latent dimension and beta; let 'vae study' finish one.");
        Seeds = [.. _rows.Select(row => row.Settings.Seed).Distinct().Order()];
        _betas = [.. _rows.Select(row => row.Settings.Beta).Distinct().Order()];
        _latents = [.. _rows.Select(row => row.Settings.Latent).Distinct().Order()];
    }

    /// <summary>Whether there is a seed to judge by: a model for every class with every latent dimension and beta of the study.</summary>
    public static bool HasCompleteSeed(StudyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.CompleteGrid.Count > 0;
    }

    /// <summary>The seeds whose grids are complete.</summary>
    public ImmutableArray<ulong> Seeds { get; }

    /// <summary>All verdicts, by the reference score and by the default one.</summary>
    public IReadOnlyList<StudyVerdict> All()
    {
        List<StudyVerdict> verdicts = [];
        var (low, high) = (_betas[0], _betas[^1]);
        verdicts.Add(Judge(Invariant($"low beta reconstructs best: mean squared error of normal images at beta {low} below that at any higher one"), "normalMse",
            [.. _betas.Skip(1).Select(beta => new Comparison(Invariant($"beta {beta} less beta {low}"), row => row.Beta == beta, row => row.Beta == low, SameButBeta))]));
        foreach (var score in _store.Judged)
        {
            var column = score + ".auroc";
            verdicts.Add(Judge(Invariant($"high beta detects better: AUC-ROC at beta {high} above that at {low}"), column,
                [new(Invariant($"beta {high} less beta {low}"), row => row.Beta == high, row => row.Beta == low, SameButBeta)]));
            if (_betas.Length > 2) verdicts.Add(OptimalBeta(column));
            if (_latents.Contains(16) && _latents.Length > 1)
            {
                verdicts.Add(Judge("a latent dimension of 16 detects better than smaller and larger ones", column,
                    [.. _latents.Where(latent => latent != 16).Select(latent =>
                        new Comparison(Invariant($"16 less {latent}"), row => row.Latent == 16, row => row.Latent == latent, SameButLatent))]));
            }
        }

        return verdicts;
    }

    // The best inner beta is found on the mean over classes and has to beat both ends.
    private StudyVerdict OptimalBeta(string column)
    {
        var figure = _store.Columns.IndexOf(column);
        var best = _betas[1..^1].MaxBy(beta => _rows.Where(row => row.Settings.Beta == beta).Average(row => row.Figure(figure)));
        return Judge(Invariant($"an optimal beta exists: {best}, the best of the inner ones, above both ends"), column,
            [.. new[] { _betas[0], _betas[^1] }.Select(end => new Comparison(Invariant($"beta {best} less beta {end}"), row => row.Beta == best, row => row.Beta == end, SameButBeta))]);
    }

    private StudyVerdict Judge(string claim, string column, Comparison[] comparisons)
    {
        var figure = _store.Columns.IndexOf(column);
        var classes = _rows.GroupBy(row => row.Settings.HeldOut).OrderBy(group => group.Key)
            .Select(group => (HeldOut: group.Key, Differences: comparisons.Select(comparison => DifferencesOfSeeds(group, comparison, figure)).ToArray())).ToArray();
        var overall = comparisons.Select((_, i) => PairedDifference.Of([.. classes.Select(one => one.Differences[i].Average())])).ToArray();
        return new StudyVerdict(claim, column, VerdictOf(overall), TextOf(comparisons, overall),
            [.. classes.Select(one =>
            {
                var within = one.Differences.Select(PairedDifference.Of).ToArray();
                return new ClassVerdict(one.HeldOut, VerdictOf(within), Deciding(within));
            })]);
    }

    // For each seed the mean over pairs of rows that are alike in all else.
    private static double[] DifferencesOfSeeds(IEnumerable<StudyRow> rows, Comparison comparison, int figure)
    {
        var others = rows.Where(row => comparison.Second(row.Settings)).ToDictionary(row => comparison.Pair(row.Settings));
        return [.. rows.Where(row => comparison.First(row.Settings)).GroupBy(row => row.Settings.Seed).OrderBy(seed => seed.Key)
            .Select(seed => seed.Average(row => row.Figure(figure) - others[comparison.Pair(row.Settings)].Figure(figure)))];
    }

    private static Verdict VerdictOf(PairedDifference[] differences) =>
        differences.All(difference => difference.IsAboveZero) ? Verdict.Holds
        : differences.Any(difference => difference.IsBelowZero) ? Verdict.Contradicted
        : Verdict.NotDecided;

    // Student's quantiles of a single pair are not known, and then it is the mean that is compared.
    private static PairedDifference Deciding(PairedDifference[] differences)
    {
        var sign = VerdictOf(differences) == Verdict.Contradicted ? 1 : -1;
        return differences.MinBy(difference => difference.Mean + sign * (double.IsNaN(difference.HalfWidth95) ? 0 : difference.HalfWidth95))!;
    }

    private static string TextOf(Comparison[] comparisons, PairedDifference[] differences) =>
        string.Join("; ", comparisons.Zip(differences, (comparison, difference) => $"{comparison.Name} {difference}"));

    private static string SameButBeta(TrainingSettings settings) => Key(settings with { Beta = 0 });

    private static string Key(TrainingSettings settings) => string.Join(' ', settings.Describe().Select(setting => setting.Value));

    private static string SameButLatent(TrainingSettings settings) => Key(settings with { Latent = 1 });

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Comparison(
        string Name, Func<TrainingSettings, bool> First, Func<TrainingSettings, bool> Second, Func<TrainingSettings, string> Pair);
}
