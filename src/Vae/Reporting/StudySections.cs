// What a study adds to the report of some runs: its verdicts, and its scores by class.

using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Puts a study's figures into a report.</summary>
public static class StudySections
{
    // A difference that several seeds and the images of a class leave open.
    private const double Near = 0.03;

    /// <summary>The report with the study's verdicts and scores, as far as it has come.</summary>
    /// <param name="report">The report.</param>
    /// <param name="study">The study.</param>
    public static ReportData WithStudy(this ReportData report, StudyStore study)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(study);
        return report with { Claims = [.. report.Claims, .. Claims(study)], Tables = [.. report.Tables, .. Tables(study)] };
    }

    private static IEnumerable<ClaimGroup> Claims(StudyStore study)
    {
        if (!StudyVerdicts.HasCompleteSeed(study)) yield break;
        var verdicts = new StudyVerdicts(study);
        var seeds = FormattableString.Invariant($"{verdicts.Seeds.Length} seed{(verdicts.Seeds.Length == 1 ? "" : "s")}");
        yield return new ClaimGroup($"the study of {seeds}: a claim holds where the whole 95 % interval of the mean difference over the classes lies on its side",
            [.. verdicts.All().Select(verdict => new Finding(verdict.Figure, $"{verdict.Text}. {ByClass(verdict)}", verdict.Claim, verdict.Verdict))]);
    }

    private static string ByClass(StudyVerdict verdict)
    {
        return $"Within a class, where the pairs are the seeds, it holds on {Of(Verdict.Holds)}; is contradicted on {Of(Verdict.Contradicted)}; and is not decided on {Of(Verdict.NotDecided)}.";

        string Of(Verdict which)
        {
            string[] classes = [.. verdict.Classes.Where(one => one.Verdict == which).Select(one =>
                which == Verdict.NotDecided ? FashionMnist.ClassNames[one.HeldOut] : $"{FashionMnist.ClassNames[one.HeldOut]} ({one.Deciding})")];
            return classes.Length == 0 ? "none" : string.Join(", ", classes);
        }
    }

    // The reference score, the default one, and all that are the best on a class.
    internal static IEnumerable<ScoreTable> Tables(StudyStore study)
    {
        var rows = study.Reference;
        var all = study.Scores.Select(score => (Name: score, Classes: StudyChoices.ByClass(study, rows, score))).ToArray();
        if (rows.Count == 0 || all.Length == 0) yield break;
        int[] classes = [.. all[0].Classes.Keys.Order()];
        var best = classes.ToDictionary(heldOut => heldOut, heldOut => all.MaxBy(score => score.Classes[heldOut]).Name);
        var shown = all.Where(score => score.Name is GridCell.ReferenceScore or ScoreCatalogue.Default || best.ContainsValue(score.Name)).ToArray();
        List<ScoreRow> lines = [.. classes.Select(heldOut => new ScoreRow(
            FormattableString.Invariant($"{heldOut} {FashionMnist.ClassNames[heldOut]}"), [.. shown.Select(score => (double?)score.Classes[heldOut])]))];
        lines.Add(new ScoreRow("mean", [.. shown.Select(score => (double?)score.Classes.Values.Average())]));
        var caption = FormattableString.Invariant($"The study: AUC-ROC of scores of the reference model (latent {rows[0].Settings.Latent}, beta {rows[0].Settings.Beta}), seeds averaged; the reference score, the default one, and every score that is the best on a class. ")
            + FormattableString.Invariant($"See that {best.Values.Distinct().Count()} scores share the {classes.Length} classes.");
        var asked = all.FirstOrDefault(score => score.Name == ScoreCatalogue.Default);
        if (asked.Name is not null)
        {
            var first = all.MaxBy(score => score.Classes.Values.Average()).Name == asked.Name;
            caption += FormattableString.Invariant($" '{asked.Name}', the default, {(first ? "has the highest mean, and" : "does not have the highest mean, and")} is the best or within {Near} of it on {classes.Count(heldOut => asked.Classes[heldOut] >= all.Max(score => score.Classes[heldOut]) - Near)}.");
        }

        yield return new ScoreTable(caption, [.. shown.Select(score => score.Name)], lines, "vae study");
    }
}
