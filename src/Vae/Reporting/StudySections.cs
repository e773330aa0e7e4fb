// What a study adds to the report of some runs: its verdicts, and its scores by class.

using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Puts a study's figures into a report.</summary>
public static class StudySections
{
    // The reference model of the experiment, and those of the scores that fit side by side on a page.
    private const int Latent = 16;
    private const double Beta = 1;
    private static readonly string[] Shown = ["mse", "deviance", "rapp-sap", "latent-mixture", "encoder-cosine", "summary", ScoreCatalogue.Default];

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
        yield return new ClaimGroup($"the study of {seeds}: mean differences with 95 % intervals over the classes",
            [.. verdicts.All().Select(verdict => new Finding(verdict.Figure, $"{verdict.Text}. {ByClass(verdict)}", verdict.Claim, verdict.Verdict))]);
    }

    private static string ByClass(StudyVerdict verdict)
    {
        int Count(Verdict which) => verdict.Classes.Count(one => one.Verdict == which);
        return FormattableString.Invariant(
            $"By class: it holds on {Count(Verdict.Holds)}, is contradicted on {Count(Verdict.Contradicted)} and not decided on {Count(Verdict.NotDecided)}.");
    }

    private static IEnumerable<ScoreTable> Tables(StudyStore study)
    {
        string[] scores = [.. Shown.Where(score => study.Columns.Contains(score + ".auroc"))];
        var ofScore = scores.Select(score => StudyChoices.ByClass(study, row => row.Settings.Latent == Latent && row.Settings.Beta == Beta, score)).ToArray();
        if (scores.Length == 0 || ofScore[0].Count == 0) yield break;
        List<ScoreRow> rows = [.. ofScore[0].Keys.Order().Select(heldOut => new ScoreRow(
            FormattableString.Invariant($"{heldOut} {FashionMnist.ClassNames[heldOut]}"), [.. ofScore.Select(classes => (double?)classes[heldOut])]))];
        rows.Add(new ScoreRow("mean", [.. ofScore.Select(classes => (double?)classes.Values.Average())]));
        yield return new ScoreTable(FormattableString.Invariant(
            $"The study: AUC-ROC of scores of the reference model (latent {Latent}, beta {Beta}), seeds averaged. See that each score wins on classes of its own, and that '{ScoreCatalogue.Default}', the default, which asks all layers, is best or near it on most."),
            scores, rows, "vae study");
    }
}
