// Reports and figures that fuzzing showed to be read, and to fail only where they are used.

using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests;

public sealed class RunReportTests : IDisposable
{
    private const string Whole = """
        {
          "version": "1", "settings": { "latent": "2" }, "data": { "images": "12" }, "kernel": "avx2", "threads": 1, "steps": 3, "weightsSha256": "ab",
          "finalEpoch": { "epoch": 1, "loss": 1.5, "reconstruction": 1, "kl": 0.5, "seconds": 1 },
          "evaluation": { "heldOut": 0, "scores": { "mse": { "auroc": 0.5 } }, "images": 2, "anomalies": 1, "normal": { "mse": 1, "crossEntropy": 2, "kl": 3 }, "activeUnits": 2,
            "threshold": { "score": "mse", "alpha": 0.05, "threshold": 2, "calibrationImages": 20, "falseAlarmRate": 0, "detectionRate": 1,
              "falseAlarms": [{ "class": 1, "images": 1, "alarms": 0 }] } }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_report_is_read() => Assert.Equal(0.5, Read(Whole).Evaluation.Scores["mse"].Auroc);

    [Theory]
    [InlineData("\"auroc\": 0.5", "\"auroc\": 1e999", "not the report of a finished run, or a damaged one, at line 4.")]
    [InlineData("\"auroc\": 0.5", "\"auroc\": \"0.5\"", "not the report of a finished run, or a damaged one, at line 4.")]
    [InlineData("\"loss\": 1.5", "\"loss\": -1e999", "not the report of a finished run, or a damaged one, at line 3.")]
    [InlineData("\"loss\": 1.5, ", "", "not the report of a finished run, or a damaged one, at line 3.")]
    [InlineData("{ \"auroc\": 0.5 }", "null", "a score or the alarms of a class are null; expected their figures.")]
    [InlineData("{ \"class\": 1, \"images\": 1, \"alarms\": 0 }", "null", "a score or the alarms of a class are null; expected their figures.")]
    [InlineData("{ \"mse\": 1, \"crossEntropy\": 2, \"kl\": 3 }", "null", "not the report of a finished run, or a damaged one, at line 4.")]
    [InlineData("{ \"latent\": \"2\" }", "null", "not the report of a finished run, or a damaged one, at line 2.")]
    [InlineData("\"ab\"", "null", "not the report of a finished run, or a damaged one, at line 2.")]
    public void A_figure_that_is_missing_or_infinite_is_refused_where_it_is_read(string part, string damaged, string message)
    {
        Assert.Contains(part, Whole, StringComparison.Ordinal);
        Assert.Equal($"{_folder["run.json"]}: {message}", Assert.Throws<InvalidDataException>(() => Read(Whole.Replace(part, damaged, StringComparison.Ordinal))).Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"epoch\":1,\"loss\":1e999,\"reconstruction\":1,\"kl\":0.5,\"seconds\":1}")]
    [InlineData("{\"epoch\":1,\"loss\":1,\"reconstruction\":1,\"kl\":0.5}")]
    public void Figures_of_an_epoch_are_refused_likewise(string line) =>
        Assert.Equal("some.jsonl: the figures of an epoch can't be read.", Assert.Throws<InvalidDataException>(() => MetricsFile.Parse(line, "some.jsonl")).Message);

    private RunReport Read(string json)
    {
        File.WriteAllText(_folder["run.json"], json);
        return RunReport.Read(_folder["run.json"]);
    }
}
