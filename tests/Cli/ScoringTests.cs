// vae evaluate with fitted scores, thresholds of held-out images, and several models together.
using VaeFromScratch.Vae;

namespace VaeFromScratch.Cli.Tests;

public sealed class ScoringTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Train(string name, params string[] more)
    {
        var outcome = VaeProcess.Run(["train", "--data", "sample", "--hidden", "16", "--latent", "2", "--epochs", "1", "--out", _folder[name], .. more]);
        Assert.Equal(0, outcome.ExitCode);
        return _folder[name];
    }

    [Fact]
    public void An_evaluation_shows_the_reference_and_the_default_score()
    {
        var run = Train("run");
        var scores = VaeProcess.Run("evaluate", run, "--data", "sample", "--json").Json.GetProperty("scores");
        Assert.Equal(["mse", "bce", "kl", "elbo", "summary", ScoreCatalogue.Default], scores.EnumerateObject().Select(score => score.Name));
        var text = VaeProcess.Run("evaluate", run, "--data", "sample").Output;
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Every_score_that_is_not_costly_is_in_the_cheap_ones()
    {
        var scores = VaeProcess.Run("evaluate", Train("run"), "--data", "sample", "--scores", "cheap", "--json").Json.GetProperty("scores");
        Assert.Equal(ScoreCatalogue.All.Where(score => score.Group is ScoreGroup.Network or ScoreGroup.Cheap).Select(score => score.Name),
            scores.EnumerateObject().Select(score => score.Name));
        Assert.All(scores.EnumerateObject(), score => Assert.InRange(score.Value.GetProperty("auroc").GetDouble(), 0, 1));
    }

    [Fact]
    public void A_run_that_keeps_images_back_has_a_threshold_with_a_promise()
    {
        var run = Train("run", "--calibration", "200");
        var threshold = VaeProcess.Run("evaluate", run, "--data", "sample", "--scores", "network", "--json").Json.GetProperty("threshold");
        Assert.Equal("mse", threshold.GetProperty("score").GetString());
        Assert.Equal(200, threshold.GetProperty("calibrationImages").GetInt32());
        // 450 normal test images of one draw: 5 % and four standard deviations of the draw and of the threshold.
        Assert.InRange(threshold.GetProperty("falseAlarmRate").GetDouble(), 0, 0.05 + 4 * Math.Sqrt(0.05 * 0.95 * (1.0 / 450 + 1.0 / 200)));
        VaeProcess.Run("train", "--data", "sample", "--calibration", "18", "--out", _folder["few"]).AssertRefused("18", "19 or more");
    }

    [Fact]
    public void An_ensemble_of_one_model_has_its_order_and_of_two_the_same_in_either_order()
    {
        var (first, second) = (Train("first"), Train("second", "--seed", "1"));
        double Auroc(params string[] runs) =>
            VaeProcess.Run(["ensemble", .. runs, "--data", "sample", "--scores", "mse", "--json"]).Json.GetProperty("scores").GetProperty("mse").GetProperty("auroc").GetDouble();
        var alone = VaeProcess.Run("evaluate", first, "--data", "sample", "--scores", "network", "--json").Json.GetProperty("scores").GetProperty("mse").GetProperty("auroc").GetDouble();
        Assert.Equal(alone, Auroc(first), 3);
        Assert.Equal(Auroc(first, second), Auroc(second, first), 12);
        Assert.Contains("2 models together", VaeProcess.Run("ensemble", first, second, "--data", "sample", "--scores", "mse").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_different_classes_are_no_ensemble()
    {
        var (first, second) = (Train("first"), Train("second", "--held-out", "8"));
        VaeProcess.Run("ensemble", first, second, "--data", "sample").AssertRefused("second", "class 8");
    }

    [Fact]
    public void An_unknown_score_is_refused_with_the_names_there_are() =>
        VaeProcess.Run("evaluate", Train("run"), "--data", "sample", "--scores", "mse,lof").AssertRefused("lof", ScoreCatalogue.Default);

    [Fact]
    public void The_documentation_names_every_score()
    {
        var text = File.ReadAllText(Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "scores.md"));
        Assert.All(ScoreCatalogue.All, score => Assert.Contains($"`{score.Name}`", text, StringComparison.Ordinal));
    }
}
