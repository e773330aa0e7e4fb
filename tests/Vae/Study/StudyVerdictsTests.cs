// What a study says of claims and choices, on grids whose figures are made up.

using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class StudyVerdictsTests : IDisposable
{
    private static readonly int[] Latents = [2, 16, 32];
    private static readonly double[] Betas = [0.1, 1, 10];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Three classes, two seeds; a little of everything that the claims average over is mixed in.
    private StudyStore Store(Func<int, double, double> mse, Func<int, double, double> auroc, Func<TrainingSettings, bool>? leaveOut = null, Func<TrainingSettings, double>? effect = null)
    {
        var store = StudyStore.Open(_folder["study.csv"], ["trainReconstruction", "trainKl", "normalMse", "mse.auroc", "summary.auroc"], FashionMnistPart.Whole);
        foreach (var settings in new StudyPlan { HeldOut = [0, 1, 2], Latent = [.. Latents], Beta = [.. Betas], Seeds = [0, 1] }.Models())
        {
            if (leaveOut?.Invoke(settings) == true) continue;
            var noise = 0.001 * (settings.HeldOut + 2 * (double)settings.Seed);
            var area = 0.5 + 0.1 * settings.HeldOut + auroc(settings.Latent, settings.Beta) + (effect?.Invoke(settings) ?? 0) + noise;
            double[] figures = [200 - settings.Latent, settings.Beta == 1 ? 1 : 20, mse(settings.Latent, settings.Beta) + noise, area, settings.HeldOut == 2 ? area - 0.2 : area + 0.1];
            store.Add(new StudyRow(FashionMnistPart.Whole, settings, new string('a', 64), [.. figures.Select(StudyFigures.Text)]));
        }

        return store;
    }

    private static Verdict Of(StudyStore store, string claim, string figure) =>
        new StudyVerdicts(store).All().Single(verdict => verdict.Claim.StartsWith(claim, StringComparison.Ordinal) && verdict.Figure == figure).Verdict;

    [Fact]
    public void A_claim_holds_where_every_comparison_goes_its_way()
    {
        var store = Store((_, beta) => 0.01 * beta, (latent, beta) => (latent == 16 ? 0.05 : 0) + (beta == 1 ? 0.04 : 0.001 * beta));
        Assert.Equal(Verdict.Holds, Of(store, "low beta reconstructs best", "normalMse"));
        Assert.Equal(Verdict.Holds, Of(store, "high beta detects better", "mse.auroc"));
        Assert.Equal(Verdict.Holds, Of(store, "an optimal beta exists: 1,", "mse.auroc"));
        Assert.Equal(Verdict.Holds, Of(store, "a latent dimension of 16", "mse.auroc"));
    }

    [Fact]
    public void And_is_contradicted_where_one_goes_the_other()
    {
        var store = Store((_, beta) => beta == 10 ? 0.0005 : 0.01 * beta, (latent, beta) => (latent == 2 ? 0.05 : latent == 16 ? 0.02 : 0) - 0.001 * beta);
        Assert.Equal(Verdict.Contradicted, Of(store, "low beta reconstructs best", "normalMse"));
        Assert.Equal(Verdict.Contradicted, Of(store, "high beta detects better", "mse.auroc"));
        Assert.Equal(Verdict.Contradicted, Of(store, "an optimal beta exists: 1,", "mse.auroc"));
        Assert.Equal(Verdict.Contradicted, Of(store, "a latent dimension of 16", "mse.auroc"));
    }

    [Fact]
    public void Nothing_is_decided_where_all_are_alike()
    {
        var store = Store((_, _) => 0.01, (_, _) => 0);
        Assert.All(new StudyVerdicts(store).All(), verdict => Assert.Equal(Verdict.NotDecided, verdict.Verdict));
        Assert.All(new StudyVerdicts(store).All(), verdict => Assert.Equal([0, 1, 2], verdict.Classes.Select(one => one.HeldOut)));
    }

    // Beta 10 gains .05, loses .03 and gains .02 in the three classes: a mean of .0133 whose interval, 4.303 standard errors, is +-.1004.
    [Fact]
    public void A_gain_that_the_classes_do_not_share_decides_nothing()
    {
        double[] gains = [0.05, -0.03, 0.02];
        var store = Store((_, beta) => 0.01 * beta, (_, _) => 0, effect: settings => settings.Beta == 10 ? gains[settings.HeldOut] : 0);
        var verdict = new StudyVerdicts(store).All().Single(verdict => verdict.Claim.StartsWith("high beta detects better", StringComparison.Ordinal) && verdict.Figure == "mse.auroc");
        Assert.Equal(Verdict.NotDecided, verdict.Verdict);
        Assert.Equal("beta 10 less beta 0.1 +0.013 +-0.100", verdict.Text);
    }

    // The pairs of a class are its seeds: .05 and .0501 are sure to be above zero, -.03 and -.0301 below, .02 and -.02 neither. That every latent dimension says
    // the same adds nothing, and that some say otherwise takes nothing away.
    [Fact]
    public void Within_a_class_the_seeds_decide_and_not_the_cells()
    {
        double Effect(TrainingSettings settings) => settings.Beta != 10 ? 0 : (settings.HeldOut, settings.Seed) switch
        {
            (0, 0) => 0.05 + (settings.Latent == 2 ? 0.1 : settings.Latent == 16 ? -0.1 : 0),
            (0, _) => 0.0501,
            (1, 0) => -0.03,
            (1, _) => -0.0301,
            (_, 0) => 0.02,
            _ => -0.02,
        };
        IReadOnlyList<ClassVerdict> Classes(StudyStore store) => new StudyVerdicts(store).All()
            .Single(verdict => verdict.Claim.StartsWith("high beta detects better", StringComparison.Ordinal) && verdict.Figure == "mse.auroc").Classes;

        var both = Classes(Store((_, _) => 0.01, (_, _) => 0, effect: Effect));
        Assert.Equal([Verdict.Holds, Verdict.Contradicted, Verdict.NotDecided], both.Select(one => one.Verdict));
        using var other = new StudyVerdictsTests();
        var one = Classes(other.Store((_, _) => 0.01, (_, _) => 0, settings => settings.Seed == 1, Effect));
        Assert.All(one, verdict => Assert.Equal(Verdict.NotDecided, verdict.Verdict));
        Assert.Equal("+0.050", one[0].Deciding.ToString());
    }

    // 16 less 2 and 16 less 32 are, without noise, +.01 and +.03 in class 0, where the lower decides, and -.01 and -.03 in class 1, where that does which lies lowest. In class 2 the
    // first is +.01, and the second +.05 and -.01 by seed: the mean is above the other, and the interval reaches far below zero.
    [Fact]
    public void The_difference_that_decides_is_the_one_shown()
    {
        double Effect(TrainingSettings settings) => (settings.HeldOut, settings.Latent) switch
        {
            (_, 16) => 0,
            (1, 2) => 0.01,
            (1, 32) => 0.03,
            (_, 2) => -0.01,
            (2, 32) => settings.Seed == 0 ? -0.05 : 0.01,
            _ => -0.03,
        };
        var classes = new StudyVerdicts(Store((_, _) => 0.01, (_, _) => 0, effect: Effect)).All()
            .Single(verdict => verdict.Claim.StartsWith("a latent dimension of 16", StringComparison.Ordinal) && verdict.Figure == "mse.auroc").Classes;
        Assert.Equal([Verdict.Holds, Verdict.Contradicted, Verdict.NotDecided], classes.Select(one => one.Verdict));
        Assert.Equal([0.01, -0.03, 0.02], classes.Select(one => Math.Round(one.Deciding.Mean, 9)));
    }

    [Fact]
    public void Only_complete_seeds_count()
    {
        var store = Store((_, beta) => 0.01 * beta, (_, _) => 0, settings => settings is { Seed: 1, HeldOut: 2, Latent: 32, Beta: 10 });
        Assert.Equal([0UL], new StudyVerdicts(store).Seeds);
        // Seed 1 adds 0.002 to each of its figures, and has all cells but one.
        Assert.Equal([0.5, 0.601, 0.702], StudyChoices.OfCell(store, "mse")[2].Aurocs.Select(area => Math.Round(area, 6)));
        using var other = new StudyVerdictsTests();
        var none = other.Store((_, _) => 0, (_, _) => 0, settings => settings is { HeldOut: 2, Latent: 32, Beta: 10 });
        Assert.False(StudyVerdicts.HasCompleteSeed(none));
        Assert.Contains("vae study", Assert.Throws<InvalidDataException>(() => new StudyVerdicts(none)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_nothing_to_choose_by_no_rule_chooses()
    {
        // Without the reference model in the grid, no score of it; of one class, none by the others.
        var other = Store((_, _) => 0.01, (_, _) => 0, settings => settings.Beta == 1);
        Assert.Null(StudyChoices.OfScore(other, ["mse", "summary"]));
        Assert.Equal(3, StudyChoices.OfCell(other, "mse").Length);
        using var single = new StudyVerdictsTests();
        var one = single.Store((_, _) => 0.01, (_, _) => 0, settings => settings.HeldOut != 1);
        Assert.Null(StudyChoices.OfScore(one, ["mse", "summary"]));
        Assert.Equal(2, StudyChoices.OfCell(one, "mse").Length);
    }

    [Fact]
    public void Rules_choose_by_what_they_may_see()
    {
        var store = Store((_, _) => 0.01, (latent, beta) => latent == 2 && beta == 10 ? 0.05 : 0);
        // Class 2 is where 'summary' fails; the other two classes say it is the better one.
        var score = StudyChoices.OfScore(store, ["mse", "summary"])!;
        Assert.Equal(["mse", "mse", "summary"], score.Chosen);
        Assert.Equal(0.501 + 0.001 * 0, score.Aurocs[0], 1e-9);
        Assert.Equal(0.5 + 0.2 + 0.003 - 0.2, score.Aurocs[2], 1e-9);

        var cells = StudyChoices.OfCell(store, "mse");
        Assert.Equal(["32, 1"], cells[0].Chosen.Distinct());
        Assert.Equal(["2, 10"], cells[1].Chosen.Distinct());
        Assert.Equal(["2, 10"], cells[2].Chosen.Distinct());
    }
}
