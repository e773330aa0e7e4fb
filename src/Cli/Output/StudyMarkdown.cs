// The tables of a study, as Markdown.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Output;

internal static class StudyMarkdown
{
    /// <summary>Every table that the study's rows allow.</summary>
    public static string Format(StudyStore store)
    {
        var text = new StringBuilder();
        WriteScores(text, store);
        // Only seeds with every cell, so that no cell is better for its seeds.
        var complete = store.CompleteGrid;
        if (complete.Count > 0)
        {
            foreach (var score in store.Judged) WriteGrid(text, store, complete, score);
            WriteChoices(text, store);
            WriteVerdicts(text, store);
        }

        WriteVariants(text, store);
        return text.ToString().TrimStart('\n');
    }

    private static void WriteScores(StringBuilder text, StudyStore store)
    {
        var rows = store.Reference;
        if (rows.Count == 0) return;
        var seeds = rows.Select(row => row.Settings.Seed).Distinct().Count();
        Title(text, Invariant($"Scores of the reference model (latent {rows[0].Settings.Latent}, beta {rows[0].Settings.Beta})"));
        text.Append(Invariant($"AUC-ROC, mean over {seeds} seed{(seeds == 1 ? "" : "s")}; ± is the standard deviation over seeds of the mean over classes.\n\n"));
        Dictionary<int, double> ByClass(string score) => StudyChoices.ByClass(store, rows, score);
        var best = store.Scores.Contains(ScoreCatalogue.Default) ? ByClass(ScoreCatalogue.Default) : null;
        Row(text, ["score", .. FashionMnist.ClassNames.Select(name => name.Split('/')[0]), "mean", "±", "worst", .. best is null ? Array.Empty<string>() : [$"less {ScoreCatalogue.Default}, 95 % over classes"]]);
        Rule(text, FashionMnist.ClassNames.Length + (best is null ? 4 : 5));
        var lines = store.Scores.Select(score =>
        {
            var column = store.Columns.IndexOf(score + ".auroc");
            double[] ofSeed = [.. rows.GroupBy(row => row.Settings.Seed).Select(seed => seed.Average(row => row.Figure(column)))];
            var classes = ByClass(score);
            return (Score: score, Classes: classes, Mean: classes.Values.Average(), Deviation: Deviation(ofSeed));
        });
        foreach (var line in lines.OrderByDescending(line => line.Mean))
        {
            Row(text, [line.Score, .. Enumerable.Range(0, FashionMnist.ClassNames.Length).Select(c => line.Classes.TryGetValue(c, out var auroc) ? Number(auroc) : ""),
                Number(line.Mean), double.IsNaN(line.Deviation) ? "" : Number(line.Deviation), Number(line.Classes.Values.Min()),
                .. best is null ? Array.Empty<string>() : [line.Score == ScoreCatalogue.Default ? "" : Difference(line.Classes, best)]]);
        }
    }

    private static string Difference(Dictionary<int, double> score, Dictionary<int, double> other) =>
        PairedDifference.Of([.. score.OrderBy(pair => pair.Key).Select(pair => pair.Value - other[pair.Key])]).ToString();

    private static void WriteGrid(StringBuilder text, StudyStore store, IReadOnlyList<StudyRow> complete, string score)
    {
        double[] betas = [.. complete.Select(row => row.Settings.Beta).Distinct().Order()];
        var seeds = complete.Select(row => row.Settings.Seed).Distinct().Count();
        Title(text, Invariant($"AUC-ROC by {score}, mean over classes and {seeds} seed{(seeds == 1 ? "" : "s")}"));
        Row(text, ["latent", .. betas.Select(beta => Invariant($"beta {beta}"))]);
        Rule(text, betas.Length + 1);
        foreach (var latent in complete.Select(row => row.Settings.Latent).Distinct().Order())
        {
            Row(text, [Invariant($"{latent}"), .. betas.Select(beta => Number(StudyChoices.ByClass(
                store, complete.Where(row => row.Settings.Latent == latent && row.Settings.Beta == beta), score).Values.Average()))]);
        }
    }

    private static void WriteChoices(StringBuilder text, StudyStore store)
    {
        Title(text, "What one would have chosen");
        text.Append("For each held-out class, a rule chooses a score of the reference model or a cell (latent, beta) of the grid; of the seeds of the tables above.\n\n");
        Row(text, ["score", "rule", "chosen, by class", "mean AUC-ROC", "worst"]);
        Rule(text, 5);
        if (StudyChoices.OfScore(store, [.. store.Scores]) is { } any) Write("any", any);
        foreach (var score in store.Judged)
            foreach (var choice in StudyChoices.OfCell(store, score)) Write(score, choice);

        void Write(string score, StudyChoice choice) =>
            Row(text, [score, choice.Rule, string.Join("; ", Runs(choice.Chosen)), Number(choice.Aurocs.Average()), Number(choice.Aurocs.Min())]);
    }

    // Equal neighbours once, with their number.
    private static IEnumerable<string> Runs(IReadOnlyList<string> values)
    {
        for (var start = 0; start < values.Count;)
        {
            var end = start;
            while (end < values.Count && values[end] == values[start]) end++;
            yield return end - start == 1 ? values[start] : Invariant($"{values[start]} (x{end - start})");
            start = end;
        }
    }

    private static void WriteVerdicts(StringBuilder text, StudyStore store)
    {
        var verdicts = new StudyVerdicts(store);
        Title(text, "Verdicts");
        text.Append(Invariant($"From {verdicts.Seeds.Length} complete seed{(verdicts.Seeds.Length == 1 ? "" : "s")}: mean differences with 95 % intervals over the classes, and within each class over the seeds: one seed decides nothing there.\n\n"));
        var all = verdicts.All();
        Row(text, ["claim", "by", "verdict", "figures"]);
        Rule(text, 4);
        foreach (var verdict in all) Row(text, [verdict.Claim, verdict.Figure, ExperimentTables.Name(verdict.Verdict), verdict.Text]);
        Title(text, "Verdicts by class");
        text.Append("The same claims, in their order, within each held-out class: ✓ holds, ✗ contradicted, ? not decided; and of a claim's differences the one that decides.\n\n");
        int[] classes = [.. all[0].Classes.Select(one => one.HeldOut)];
        Row(text, ["claim", "by", .. classes.Select(heldOut => FashionMnist.ClassNames[heldOut])]);
        Rule(text, classes.Length + 2);
        foreach (var verdict in all)
            Row(text, [verdict.Claim.Split(':')[0], verdict.Figure, .. verdict.Classes.Select(one => $"{ExperimentTables.Mark(one.Verdict)} {one.Deciding}")]);
    }

    private static void WriteVariants(StringBuilder text, StudyStore store)
    {
        var variants = StudyVariant.Of(store);
        if (variants.Count == 0) return;
        string[] scores = [.. store.Judged];
        Title(text, "Variants of training");
        text.Append("Mean AUC-ROC over classes and seeds, and in brackets the difference from plain training with its 95 % interval over the classes; mean squared error\n"
            + "of normal images; latent dimensions in use.\n\n");
        Row(text, ["variant", "models", .. scores, "normal MSE", "active"]);
        Rule(text, scores.Length + 4);
        foreach (var variant in variants)
        {
            Row(text, [variant.Name, Invariant($"{variant.Models}"), .. scores.Select(score => $"{Number(variant.Mean(score + ".auroc"))} ({variant.Difference(score + ".auroc")})"),
                variant.Mean("normalMse").ToString("F4", CultureInfo.InvariantCulture), variant.Mean("activeUnits").ToString("F1", CultureInfo.InvariantCulture)]);
        }
    }

    private static double Deviation(double[] values)
    {
        if (values.Length < 2) return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static void Title(StringBuilder text, string title) => text.Append(Invariant($"\n### {title}\n\n"));

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static void Rule(StringBuilder text, int columns) => text.Append('|').Insert(text.Length, "---|", columns).Append('\n');

    private static string Number(double value) => value.ToString(".000;-.000;.000", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
