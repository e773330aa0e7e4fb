// An evaluation as a whole: the same to the bit however it is computed, additive to the reports of before, and with the model's threshold.
using System.Text.Json;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private const int HeldOut = 8;
    private readonly Engine _engine = new(1);
    private readonly VaeParameters<float> _parameters;
    private readonly TemporaryFolder _folder = new();

    public EvaluatorTests() => _parameters = new Trainer(_engine, Sample.Small, Sample.Data.Train, 10).Parameters;

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_scores_are_those_of_the_scorer_to_the_bit_on_any_number_of_threads()
    {
        var scores = new AnomalyScorer(_engine, _parameters).Score(Sample.Data.Test);
        bool[] isAnomaly = [.. Sample.Data.Test.Labels.ToArray().Select(label => label == HeldOut)];
        var report = Evaluator.Evaluate(_engine, _parameters, Sample.Data.Test, HeldOut);
        Assert.Equal(Evaluator.NetworkScores.Select(score => score.Name), report.Scores.Keys);
        Assert.Equal([ScoreReport.From(scores.Mse, isAnomaly),
            .. new[] { scores.CrossEntropy, scores.Kl, scores.NegativeElbo }.Select(score => ScoreReport.From(score, isAnomaly, scores.Mse))], report.Scores.Values);
        Assert.Equal(report.Normal.Mse, scores.Mse.Where((_, i) => !isAnomaly[i]).Average(score => (double)score), 1e-15);

        using var threads = new Engine(3);
        Assert.Equal(Json(report), Json(Evaluator.Evaluate(threads, _parameters, Sample.Data.Test, HeldOut)));
    }

    [Fact]
    public void The_divergences_of_the_dimensions_add_up_to_the_whole()
    {
        var report = Evaluator.Evaluate(_engine, _parameters, Sample.Data.Test, HeldOut);
        Assert.Equal(Sample.Small.Latent, report.KlPerDimension!.Count);
        Assert.Equal(report.Normal.Kl, report.KlPerDimension.Sum(), 1e-6 * report.Normal.Kl);
    }

    [Fact]
    public void A_threshold_is_held_against_every_normal_class()
    {
        var scores = new AnomalyScorer(_engine, _parameters).Score(Sample.Data.Test).CrossEntropy;
        var labels = Sample.Data.Test.Labels.ToArray();
        var calibration = Calibration.From("bce", scores.Where((_, i) => labels[i] != HeldOut && i % 2 == 0).ToArray(), 0.1);
        var report = Evaluator.Evaluate(_engine, _parameters, Sample.Data.Test, HeldOut, calibration).Threshold!;

        int Count(Func<int, bool> isCounted) => labels.Select((label, i) => isCounted(label) && scores[i] > calibration.Threshold).Count(isAlarm => isAlarm);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 9], report.FalseAlarms.Select(alarms => alarms.Class));
        Assert.All(report.FalseAlarms, alarms => Assert.Equal((100, Count(label => label == alarms.Class)), (alarms.Images, alarms.Alarms)));
        Assert.Equal(Count(label => label != HeldOut) / 900.0, report.FalseAlarmRate);
        Assert.Equal(Count(label => label == HeldOut) / 100.0, report.DetectionRate);
        Assert.Equal(("bce", 0.1, calibration.Threshold, calibration.Scores.Length), (report.Score, report.Alpha, (float)report.Threshold, report.CalibrationImages));
        // The promise is for new images and this half of the test is calibrated on: only that it is near shows here.
        Assert.InRange(report.FalseAlarmRate, 0.07, 0.13);

        var unknown = Calibration.From("other", scores);
        Assert.Contains("'other'", Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(_engine, _parameters, Sample.Data.Test, HeldOut, unknown)).Message);
    }

    [Fact]
    public void A_report_of_before_is_read_and_written_as_it_was()
    {
        const string Before = """
            {
              "version": "0.1.0",
              "settings": {
                "heldOut": "0"
              },
              "data": {},
              "kernel": "avx512",
              "threads": 1,
              "steps": 8440,
              "weightsSha256": "31b0",
              "finalEpoch": {
                "epoch": 20,
                "loss": 235.5,
                "reconstruction": 220.25,
                "kl": 15.75,
                "seconds": 1.5
              },
              "evaluation": {
                "heldOut": 0,
                "scores": {
                  "mse": {
                    "auroc": 0.75
                  }
                },
                "images": 10000,
                "anomalies": 1000,
                "normal": {
                  "mse": 0.013,
                  "crossEntropy": 217.25,
                  "kl": 15.5
                },
                "activeUnits": 12
              }
            }
            """;
        File.WriteAllText(_folder["run.json"], Before);
        var report = RunReport.Read(_folder["run.json"]);
        Assert.Equal(Before.ReplaceLineEndings("\n"), report.ToJson());
        Assert.Equal(new ScoreReport(0.75), report.Evaluation.Scores["mse"]);
        Assert.Null(report.Evaluation.KlPerDimension);

        // Where the scores are gone, the interval is that of the area alone; where they were at hand, DeLong's.
        Assert.Equal(AurocInterval.HalfWidth95(0.75, 1000, 9000), GridCell.From(16, 1, report.Evaluation, "31b0").Interval95);
        report.Evaluation.Scores["mse"] = new ScoreReport(0.75, Interval95: 0.0125);
        Assert.Equal(0.0125, GridCell.From(16, 1, report.Evaluation, "31b0").Interval95);
    }

    private static string Json(EvaluationReport report) => JsonSerializer.Serialize(report, RunJson.Default.EvaluationReport);
}
