// Which score and which model one would have chosen, and what that would have given: with labels of other classes, without any, and in hindsight.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Study;

/// <summary>What a rule of choice gives for each held-out class.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Chosen">What it chooses for each class.</param>
/// <param name="Aurocs">The AUC-ROC that follows, for each class.</param>
public sealed record StudyChoice(string Rule, IReadOnlyList<string> Chosen, IReadOnlyList<double> Aurocs);

/// <summary>Choices among the scores of one model, and among the models of a grid, by rules that may see other things.</summary>
/// <remarks>
/// The best of sixteen cells on the test set flatters. A rule that is to be judged on a class may see anomalies of the other classes, or none at all; the one that sees
/// the class itself is called the oracle.
/// </remarks>
public static class StudyChoices
{
    /// <summary>For each class the score that is best on average over the other classes, among the scores of the reference model, over the seeds that have every cell.</summary>
    /// <remarks>The rule has not seen the class, but whoever made the candidates may have.</remarks>
    /// <param name="store">The study.</param>
    /// <param name="candidates">Names of the scores.</param>
    /// <returns>Null where there is nothing to choose by: the grid has no such model, or a single held-out class.</returns>
    public static StudyChoice? OfScore(StudyStore store, IReadOnlyList<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(store);
        StudyRow[] model = [.. store.CompleteGrid.Where(row => StudyStore.IsReference(row.Settings))];
        var classes = Classes(store);
        if (model.Length == 0 || classes.Length == 1) return null;
        var means = candidates.ToDictionary(score => score, score => ByClass(store, model, score));
        return Choose("score: best on the other classes", classes, candidates, (heldOut, score) => means[score].Where(pair => pair.Key != heldOut).Average(pair => pair.Value),
            (heldOut, score) => means[score][heldOut]);
    }

    /// <summary>The choices of a cell of the grid for one score, over the seeds that have every cell: by the training loss, on the other classes, and in hindsight.</summary>
    public static ImmutableArray<StudyChoice> OfCell(StudyStore store, string score)
    {
        ArgumentNullException.ThrowIfNull(store);
        var rows = store.CompleteGrid;
        var cells = rows.Select(row => (row.Settings.Latent, row.Settings.Beta)).Distinct().Order()
            .ToDictionary(cell => FormattableString.Invariant($"{cell.Latent}, {cell.Beta}"), cell => cell);
        Dictionary<int, double> Of(string name, Func<StudyRow, double> figure) => ByClass(rows.Where(row => (row.Settings.Latent, row.Settings.Beta) == cells[name]), figure);
        var (reconstruction, kl, auroc) = (store.Columns.IndexOf("trainReconstruction"), store.Columns.IndexOf("trainKl"), store.Columns.IndexOf(score + ".auroc"));
        var bounds = cells.Keys.ToDictionary(cell => cell, cell => Of(cell, row => row.Figure(reconstruction) + row.Figure(kl)));
        var aurocs = cells.Keys.ToDictionary(cell => cell, cell => Of(cell, row => row.Figure(auroc)));
        var classes = Classes(store);
        StudyChoice By(string rule, Func<int, string, double> merit) => Choose(rule, classes, [.. cells.Keys], merit, (heldOut, cell) => aurocs[cell][heldOut]);
        // Of a single class there are no others.
        StudyChoice[] byOthers = classes.Length == 1 ? []
            : [By("cell: best on the other classes", (heldOut, cell) => aurocs[cell].Where(pair => pair.Key != heldOut).Average(pair => pair.Value))];
        return
        [
            By("cell: highest ELBO on its training images, no label", (heldOut, cell) => -bounds[cell][heldOut]),
            .. byOthers,
            By("cell: the oracle, which has seen the answer", (heldOut, cell) => aurocs[cell][heldOut]),
        ];
    }

    /// <summary>The mean of a score's AUC-ROC over seeds, by held-out class.</summary>
    public static Dictionary<int, double> ByClass(StudyStore store, IEnumerable<StudyRow> rows, string score)
    {
        ArgumentNullException.ThrowIfNull(store);
        var column = store.Columns.IndexOf(score + ".auroc");
        return ByClass(rows, row => row.Figure(column));
    }

    private static Dictionary<int, double> ByClass(IEnumerable<StudyRow> rows, Func<StudyRow, double> figure) =>
        rows.GroupBy(row => row.Settings.HeldOut).ToDictionary(group => group.Key, group => group.Average(figure));

    private static int[] Classes(StudyStore store) => [.. store.Grid.Select(row => row.Settings.HeldOut).Distinct().Order()];

    private static StudyChoice Choose(
        string rule, int[] classes, IReadOnlyList<string> candidates, Func<int, string, double> merit, Func<int, string, double> auroc)
    {
        string[] chosen = [.. classes.Select(heldOut => candidates.MaxBy(candidate => merit(heldOut, candidate))!)];
        return new StudyChoice(rule, chosen, [.. classes.Zip(chosen, auroc)]);
    }
}
