// Which models a study trains.

using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class StudyPlanTests
{
    [Fact]
    public void The_default_is_the_whole_grid_with_the_grid_of_a_seed_before_the_next()
    {
        var models = new StudyPlan().Models();
        Assert.Equal(480, models.Length);
        Assert.Equal(480, models.Distinct().Count());
        Assert.All(models.Take(160), model => Assert.Equal(0UL, model.Seed));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], models.Take(10).Select(model => model.HeldOut));
    }

    [Fact]
    public void Settings_that_all_share_are_kept()
    {
        var plan = new StudyPlan { Common = new() { WarmUp = 5, Epochs = 7, Hidden = [10] }, HeldOut = [4], Latent = [2], Beta = [3], Seeds = [9] };
        Assert.Equal(plan.Common with { HeldOut = 4, Latent = 2, Beta = 3, Seed = 9 }, Assert.Single(plan.Models()));
    }

    [Fact]
    public void Nothing_and_the_same_twice_are_refused()
    {
        Assert.Contains("seed 1 is given twice", Refusal(new() { Seeds = [1, 2, 1] }), StringComparison.Ordinal);
        Assert.Contains("beta 1 is given twice", Refusal(new() { Beta = [1, 1] }), StringComparison.Ordinal);
        Assert.Contains("latent size 2 is given twice", Refusal(new() { Latent = [2, 2] }), StringComparison.Ordinal);
        Assert.Contains("no held-out class", Refusal(new() { HeldOut = [] }), StringComparison.Ordinal);
        Assert.Contains("held-out class is 10", Refusal(new() { HeldOut = [10] }), StringComparison.Ordinal);
    }

    private static string Refusal(StudyPlan plan) => Assert.Throws<InvalidSettingException>(() => plan.Models()).Message;
}
