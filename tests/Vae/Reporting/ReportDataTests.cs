// Which runs stand in a report, and what is computed from them.

using System.Text.Json;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests;

public sealed class ReportDataTests : IDisposable
{
    private static readonly OrderedDictionary<string, string> Data = new() { ["images"] = "1234" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Most_runs_of_equal_settings_are_taken_and_the_others_told()
    {
        Save("b", Run(epochs: 3));
        Save("a/deep/er", Run(epochs: 2, heldOut: 1));
        Save("a", Run(epochs: 2));
        Save("twice", Run(epochs: 2));
        Save("other", Run(epochs: 2, seed: 1) with { Data = new() { ["images"] = "other" } });
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder["damaged"]).FullName, "run.json"), "{");

        var search = RunSearch.Below(_folder.Path, Data);
        Assert.Equal([(0, _folder["a"]), (1, _folder["a", "deep", "er"])], search.Runs.Select(run => (run.HeldOut, run.Folder)));
        Assert.Equal(["trained on other data", "with a run.json that can't be read", "of other settings (hidden 24, epochs 3, batch 500, learningRate 0.001)"], search.LeftOut.Select(leftOut => leftOut.Why));
    }

    [Fact]
    public void Nothing_to_report_is_told_in_one_sentence()
    {
        Assert.Contains(_folder["no"], Assert.Throws<DirectoryNotFoundException>(() => RunSearch.Below(_folder["no"], Data)).Message, StringComparison.Ordinal);
        Assert.Contains("no finished run", Assert.Throws<InvalidDataException>(() => RunSearch.Below(_folder.Path, Data)).Message, StringComparison.Ordinal);
        Save("other", Run() with { Data = new() { ["images"] = "other" } });
        Assert.Contains("other data", Assert.Throws<InvalidDataException>(() => RunSearch.Below(_folder.Path, Data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_are_averaged_and_classes_after_them()
    {
        RunReport[] reports = [Run(auroc: 0.6), Run(seed: 1, auroc: 0.7), Run(seed: 2, auroc: 0.8), Run(heldOut: 1, auroc: 0.9), Run(heldOut: 1, beta: 2, auroc: 0.5)];
        FinishedRun[] runs = [.. reports.Select(report => FinishedRun.From("run", report))];
        RunGrid[] grids = [.. new[] { 0, 1 }.Select(heldOut => RunGrid.Of(heldOut, runs, [4], [1, 2]))];
        Assert.Equal((1, 2), (grids[0].Count, grids[1].Count));
        Assert.Equal(3, grids[0].Cells[0]!.Seeds);
        Assert.Equal(0.7, grids[0].Cells[0]!.Figures.ReferenceAuroc, 1e-12);
        Assert.Equal(0.1, grids[0].Cells[0]!.Deviation!.Value, 1e-12);
        Assert.Equal(0.03, grids[0].Cells[0]!.Figures.Interval95, 1e-12);
        Assert.Equal(0.8, RunGrid.Mean(grids).Cells[0]!.Figures.ReferenceAuroc, 1e-12);
        Assert.Null(RunGrid.Mean(grids).Cells[1]);
        Assert.Empty(grids[0].Analyze());
        Assert.NotEmpty(grids[1].Analyze());
    }

    [Fact]
    public void The_detailed_model_is_the_reference_else_the_one_of_the_lowest_bound()
    {
        FinishedRun Of(int latent, double beta, ulong seed, double kl) => FinishedRun.From("run", Run(latent: latent, beta: beta, seed: seed, kl: kl, auroc: latent / 100.0));
        Assert.Equal([3UL, 4UL], ModelDetail.Choose([Of(2, 1, 0, 1), Of(16, 1, 3, 9), Of(16, 1, 4, 9), Of(16, 5, 0, 2)]).Select(run => run.Seed));
        Assert.Equal((8, 1.0), ModelDetail.Choose([Of(2, 1, 0, 5), Of(8, 1, 0, 4), Of(32, 1, 0, 6)]).Select(run => (run.Latent, run.Beta)).Single());
    }

    [Fact]
    public void The_figures_are_those_of_the_run_whatever_the_threads()
    {
        using var one = new Engine(1);
        using var three = new Engine(3);
        var settings = Sample.Small;
        RunReport[] reports = [.. new[] { 3UL, 4UL }.Select(seed => new RunFolder(_folder[$"{seed}"]).Train(one, settings with { Seed = seed }, Sample.Data))];
        var search = RunSearch.Below(_folder.Path, Sample.Data.Sha256);
        var (report, again) = (ReportData.Collect(one, Sample.Data, search), ReportData.Collect(three, Sample.Data, search));

        var detail = Assert.Single(report.Details);
        Assert.Equal(reports.Select(run => run.Evaluation.Scores["mse"].Auroc), detail.Roc.Aurocs);
        Assert.Equal(settings.Epochs, Assert.Single(report.Training).Epochs.Count);
        Assert.Equal(reports.Average(run => run.Evaluation.Scores["kl"].Auroc), report.Tables[0].Rows[0].Values[2]!.Value, 1e-12);
        Assert.Equal(10, detail.Map!.Points.Select(point => point.Class).Distinct().Count());
        Assert.Equal(JsonSerializer.Serialize(report.Details), JsonSerializer.Serialize(again.Details));

        // The error map is that of the score.
        Assert.All(detail.Groups.SelectMany(group => group.Examples), example => Assert.Equal(example.Score, example.Error.Average(error => (double)error * error), 1e-7));

        File.Copy(new RunFolder(_folder["4"]).ModelPath, new RunFolder(_folder["3"]).ModelPath, overwrite: true);
        Assert.Contains("as in run.json", Assert.Throws<InvalidDataException>(() => ReportData.Collect(one, Sample.Data, search)).Message, StringComparison.Ordinal);
    }

    private void Save(string folder, RunReport report)
    {
        Directory.CreateDirectory(_folder[folder]);
        report.Write(new RunFolder(_folder[folder]).ReportPath);
    }

    private static RunReport Run(int heldOut = 0, int latent = 4, double beta = 1, ulong seed = 0, int epochs = 2, double auroc = 0.7, double kl = 5) => new()
    {
        Version = "1",
        Settings = new((Sample.Small with { HeldOut = heldOut, Latent = latent, Beta = beta, Seed = seed, Epochs = epochs }).Describe()),
        Data = Data,
        Kernel = "scalar",
        Threads = 1,
        Steps = 1,
        WeightsSha256 = "00",
        FinalEpoch = new EpochMetrics(epochs, 100, 90, kl, 1),
        EvaluationIfAny = new EvaluationReport(heldOut, new() { ["mse"] = new ScoreReport(auroc, 0.03) }, 1000, 100, new NormalMeans(0.01, 200, kl), 3),
    };
}
