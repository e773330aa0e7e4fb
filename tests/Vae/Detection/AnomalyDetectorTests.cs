// The detector as a program uses it: what it finds, and that nothing but rows and options decides its bits.

using System.Security.Cryptography;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests.Detection;

public sealed class AnomalyDetectorTests : IDisposable
{
    private static readonly DetectorOptions Quick = new() { Epochs = 12, Batch = 64, Seed = 5 };

    private static readonly Lazy<AnomalyDetector> OfTable = new(() => AnomalyDetector.Fit(Tables.Normal(2000, 1), Tables.Features, Quick));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_whose_numbers_do_not_belong_together_score_higher_than_normal_ones()
    {
        var (normal, anomalous) = (Scores(OfTable.Value, Tables.Normal(500, 2)), Scores(OfTable.Value, Tables.Shuffled(500, 3)));
        var area = ScoreReport.From([.. normal, .. anomalous], [.. new bool[500], .. Enumerable.Repeat(true, 500)]).Auroc;
        Assert.InRange(area, 0.9, 1);
    }

    [Fact]
    public void Of_new_normal_rows_no_more_than_alpha_are_called_anomalous()
    {
        var detector = OfTable.Value;
        var scores = Scores(detector, Tables.Normal(5000, 7));
        Assert.Equal(0.05, detector.Alpha);
        // 200 calibration rows: the rate has a standard deviation of 1.5 %.
        Assert.InRange(scores.Count(detector.IsAnomaly) / 5000.0, 0.005, 0.095);
        foreach (var score in scores) Assert.Equal(detector.PValue(score) <= detector.Alpha, detector.IsAnomaly(score));
        Assert.True(detector.IsAnomaly(MathF.BitIncrement(detector.Threshold)));
        Assert.False(detector.IsAnomaly(detector.Threshold));
    }

    [Fact]
    public void Neither_threads_nor_kernel_nor_the_other_rows_change_a_bit()
    {
        var rows = Tables.Normal(300, 1);
        var options = Quick with { Epochs = 2 };
        var expected = AnomalyDetector.Fit(rows, Tables.Features, options with { Threads = 1 });
        var expectedScores = Scores(expected, rows);
        foreach (var (threads, set) in new[] { (3, (string?)null), (1, "scalar"), (2, "v128") })
        {
            var detector = AnomalyDetector.Fit(rows, Tables.Features, options with { Threads = threads, InstructionSet = set });
            Assert.Equal(expected.WeightsSha256, detector.WeightsSha256);
            Assert.Equal(expected.Threshold, detector.Threshold);
            Assert.Equal(expectedScores, Scores(detector, rows));
        }

        for (var i = 0; i < 300; i += 37) Assert.Equal(expectedScores[i], expected.Score(rows.AsSpan(i * Tables.Features, Tables.Features)));
    }

    [Fact]
    public void A_saved_detector_is_the_same_when_it_is_loaded()
    {
        var (detector, path, rows) = (OfTable.Value, _folder["model.safetensors"], Tables.Shuffled(200, 9));
        detector.Save(path);
        var loaded = AnomalyDetector.Load(path);
        Assert.Equal(Scores(detector, rows), Scores(loaded, rows));
        Assert.Equal((detector.Threshold, detector.Alpha, detector.WeightsSha256, detector.Shape), (loaded.Threshold, loaded.Alpha, loaded.WeightsSha256, loaded.Shape));
        var bytes = SHA256.HashData(File.ReadAllBytes(path));
        loaded.Save(path);
        Assert.Equal(bytes, SHA256.HashData(File.ReadAllBytes(path)));
    }

    [Fact]
    public void The_score_is_that_of_the_summary_mixture_to_the_bit()
    {
        var rows = Tables.Normal(150, 4);
        OfTable.Value.Save(_folder["model"]);
        var file = ModelFile.Read(_folder["model"]);
        var (matrix, scaling) = (new Matrix<float>(150, Tables.Features), file.Detector!.Scaling!);
        for (var i = 0; i < 150; i++) scaling.Apply(rows.AsSpan(i * Tables.Features, Tables.Features), matrix.Row(i));
        using var engine = new Engine(2);
        var activations = Activations.Of(engine, file.Parameters, new MatrixRows(matrix), Enumerable.Range(0, 150).ToArray());
        var expected = new float[150];
        file.Detector.Summary.Compute(engine, activations, expected);
        Assert.Equal(expected, Scores(OfTable.Value, rows));
    }

    [Fact]
    public void Images_are_told_from_other_images()
    {
        var normal = Images(Sample.Data.Train, label => label == 7, 300);
        var detector = AnomalyDetector.Fit(normal, 784, new() { ImageSize = (28, 28), Epochs = 4, Hidden = [64], Latent = 4 });
        var scores = Scores(detector, [.. Images(Sample.Data.Test, label => label == 7, 100), .. Images(Sample.Data.Test, label => label == 2, 100)]);
        Assert.InRange(ScoreReport.From(scores, [.. new bool[100], .. Enumerable.Repeat(true, 100)]).Auroc, 0.95, 1);
        Assert.True(detector.Shape is { IsImage: true, Height: 28, Width: 28 });
    }

    [Fact]
    public void Many_threads_may_score_at_once()
    {
        var rows = Tables.Normal(1000, 6);
        var expected = Scores(OfTable.Value, rows);
        var results = new float[16][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = Scores(OfTable.Value, rows));
        foreach (var result in results) Assert.Equal(expected, result);
    }

    [Fact]
    public void Missing_values_are_refused_or_imputed_as_asked()
    {
        var rows = Tables.Normal(300, 1);
        rows[3 * Tables.Features + 2] = float.NaN;
        var refused = Assert.Throws<InvalidSettingException>(() => AnomalyDetector.Fit(rows, Tables.Features, Quick with { Epochs = 1 }));
        Assert.Equal("Row 4: feature 3 has no value; expected a number, or that missing ones are to be imputed.", refused.Message);

        var imputing = AnomalyDetector.Fit(rows, Tables.Features, Quick with { Epochs = 1, ImputesMissing = true });
        imputing.Save(_folder["imputing"]);
        foreach (var detector in new[] { imputing, AnomalyDetector.Load(_folder["imputing"]) }) Assert.True(float.IsFinite(Scores(detector, rows)[3]));

        var strict = Scores(OfTable.Value, rows);
        Assert.True(float.IsNaN(strict[3]));
        Assert.True(float.IsFinite(strict[4]));
        Assert.Throws<ArgumentException>(() => OfTable.Value.PValue(strict[3]));
        Assert.False(OfTable.Value.IsAnomaly(strict[3]));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.02)]
    public void A_hundred_rows_are_enough_for_any_rate_that_they_can_hold(double alpha)
    {
        var detector = AnomalyDetector.Fit(Tables.Normal(100, 1), Tables.Features, Quick with { Epochs = 1, Alpha = alpha });
        Assert.Equal(alpha, detector.Alpha);
    }

    [Theory]
    [InlineData(1e12f)]
    [InlineData(1e17f)]
    [InlineData(1e19f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_however_far_away_is_anomalous(float distance)
    {
        for (var j = 0; j < Tables.Features; j++)
        {
            foreach (var sign in new[] { 1, -1 })
            {
                var row = Tables.Normal(1, 8);
                row[j] = sign * distance;
                var score = OfTable.Value.Score(row);
                Assert.True(float.IsFinite(score) && OfTable.Value.IsAnomaly(score), FormattableString.Invariant($"feature {j}: {score}"));
                Assert.Equal(1.0 / 201, OfTable.Value.PValue(score), 1e-12);
            }
        }
    }

    [Fact]
    public void A_row_however_far_away_may_be_one_of_those_kept_for_the_threshold()
    {
        var rows = Tables.Normal(300, 1);
        var expected = AnomalyDetector.Fit(rows, Tables.Features, Quick with { Epochs = 1 });
        var matrix = new Matrix<float>(300, Tables.Features);
        rows.CopyTo(matrix.Flat);
        var kept = DetectorData.Prepare(matrix, Quick with { Epochs = 1 }).Split.Calibration[0];
        rows[kept * Tables.Features] = float.MaxValue;
        var detector = AnomalyDetector.Fit(rows, Tables.Features, Quick with { Epochs = 1 });
        Assert.Equal(expected.WeightsSha256, detector.WeightsSha256);
        detector.Save(_folder["model"]);
        Assert.Equal(float.MaxValue, ModelFile.Read(_folder["model"]).Calibration!.Scores[^1]);
    }

    [Fact]
    public void The_features_that_do_not_fit_explain_a_row()
    {
        var row = Tables.Normal(1, 8);
        row[3] += 8 * 10;
        var (reconstruction, differences) = (new float[Tables.Features], new float[Tables.Features]);
        OfTable.Value.Reconstruct(row, reconstruction);
        OfTable.Value.Explain(row, reconstruction, differences);
        Assert.Equal(3, Array.IndexOf(differences, differences.MaxBy(Math.Abs)));
        Assert.InRange(differences[3], 3, 10);
        // In the features' own units: 10·(j + 1), give or take some spreads.
        for (var j = 0; j < 3; j++) Assert.InRange(reconstruction[j], 10 * (j + 1) - 10, 10 * (j + 1) + 10);
    }

    [Fact]
    public void Progress_is_told_and_a_cancelled_fit_ends()
    {
        var (steps, cancellation) = (0, new CancellationTokenSource());
        var progress = new Each(_ =>
        {
            if (++steps == 3) cancellation.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => AnomalyDetector.Fit(Tables.Normal(500, 1), Tables.Features, Quick, progress, cancellation.Token));
        Assert.Equal(3, steps);
    }

    [Fact]
    public void A_run_in_a_folder_continues_to_the_same_detector()
    {
        var options = Quick with { Epochs = 3 };
        var expected = AnomalyDetector.Fit(Tables.Normal(500, 1), Tables.Features, options);
        using var engine = new Engine(2);
        var (folder, cancellation, steps) = (new RunFolder(_folder["run"]), new CancellationTokenSource(), 0);
        var progress = new Each(_ =>
        {
            if (++steps == 10) cancellation.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => folder.Train(engine, Data(), progress, cancellation.Token));
        Assert.True(File.Exists(folder.CheckpointPath));
        var report = folder.Train(engine, Data());
        Assert.Equal(expected.WeightsSha256, report.WeightsSha256);
        Assert.Null(report.EvaluationIfAny);
        Assert.Equal(Scores(expected, Tables.Normal(50, 2)), Scores(AnomalyDetector.Load(folder.ModelPath), Tables.Normal(50, 2)));

        // Other data, or another threshold, is another run.
        Assert.Throws<RunConflictException>(() => folder.FindFinished(Data().Settings, Data(seed: 2).Sha256));
        Assert.Throws<RunConflictException>(() => folder.FindFinished(Data().Settings, Data(alpha: 0.1).Sha256));

        DetectorData Data(uint seed = 1, double alpha = 0.05)
        {
            var rows = new Matrix<float>(500, Tables.Features);
            Tables.Normal(500, seed).CopyTo(rows.Flat);
            return DetectorData.Prepare(rows, options with { Alpha = alpha });
        }
    }

    [Fact]
    public void What_can_not_be_used_is_refused_in_a_sentence()
    {
        var rows = Tables.Normal(300, 1);
        void Refused(string message, DetectorOptions options, float[]? other = null) =>
            Assert.Equal(message, Assert.Throws<InvalidSettingException>(() => AnomalyDetector.Fit(other ?? rows, Tables.Features, options)).Message);

        Refused("There are 20 rows; expected at least 39, 19 of them for the threshold.", Quick, rows[..(20 * Tables.Features)]);
        Refused("The false-alarm rate is 1; expected one between 0 and 1.", Quick with { Alpha = 1 });
        Refused("The number of calibration rows is 50; a false-alarm rate of 0.01 needs at least 99.", Quick with { Alpha = 0.01, Calibration = 50 });
        Refused("There are 300 rows; expected at least 2147483667, 2147483647 of them for the threshold.", Quick with { Alpha = 1e-12 });
        Refused("There are 2 names for 6 columns; expected as many.", Quick with { Names = ["a", "b"] });
        Refused("Images of 2 x 2 do not have 6 pixels; expected a height and a width whose product that is.", Quick with { ImageSize = (2, 2) });
        Refused("The likelihood is bernoulli; expected linear-gaussian for a table, whose features do not lie in [0, 1].", Quick with { Likelihood = Likelihood.Bernoulli });
        Refused("Row 1: a pixel is 9.985; expected 0 to 1.".Replace("9.985", FormattableString.Invariant($"{rows[0]}"), StringComparison.Ordinal), Quick with { ImageSize = (2, 3) });
        rows[5] = float.PositiveInfinity;
        Refused("Row 1: feature 6 is infinite; expected a finite number.", Quick);
        Assert.Throws<ArgumentException>(() => AnomalyDetector.Fit(new float[7], Tables.Features));
        Assert.Throws<ArgumentException>(() => OfTable.Value.Score(new float[7], new float[1]));
        Assert.Throws<ArgumentException>(() => OfTable.Value.Score(new float[7]));
    }

    [Fact]
    public void A_feature_that_does_not_vary_has_its_own_unit()
    {
        var rows = Tables.Normal(200, 1);
        for (var i = 0; i < 200; i++) rows[i * Tables.Features] = 3;
        var detector = AnomalyDetector.Fit(rows, Tables.Features, Quick with { Epochs = 2 });
        var scores = Scores(detector, rows);
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        rows[0] = 30;
        Assert.True(Scores(detector, rows)[0] > scores[0]);
    }

    internal static float[] Scores(AnomalyDetector detector, float[] rows)
    {
        var scores = new float[rows.Length / detector.Features];
        detector.Score(rows, scores);
        return scores;
    }

    private static float[] Images(ImageDataset images, Func<byte, bool> choose, int count)
    {
        int[] chosen = [.. Enumerable.Range(0, images.Count).Where(i => choose(images.Label(i))).Take(count)];
        var pixels = new float[chosen.Length * images.Features];
        for (var i = 0; i < chosen.Length; i++) images.CopyTo(chosen[i], pixels.AsSpan(i * images.Features, images.Features));
        return pixels;
    }

    private sealed class Each(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished is null) action(value);
        }
    }
}
