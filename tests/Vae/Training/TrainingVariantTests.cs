// Variants of training: each keeps the promises of the plain run, and none is mistaken for another.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Tests;

public sealed class TrainingVariantTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Engine _engine = new(1);

    public static TheoryData<TrainingSettings> Variants =>
    [
        Sample.Small with { WarmUp = 1 }, Sample.Small with { FreeBits = 0.2 }, Sample.Small with { Likelihood = Likelihood.ContinuousBernoulli },
        Sample.Small with { Likelihood = Likelihood.Gaussian }, Sample.Small with { Denoise = 0.3 }, Sample.Small with { Calibration = 300 },
        Sample.Small with { WarmUp = 2, FreeBits = 0.1, Likelihood = Likelihood.Gaussian, Denoise = 0.1, Calibration = 201 },
    ];

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Neither_threads_nor_kernel_change_a_bit_and_the_plain_run_has_others(TrainingSettings settings)
    {
        string Hash(int threads, string instructionSet, TrainingSettings settings)
        {
            using var engine = new Engine(threads, instructionSet);
            var trainer = New(engine, settings);
            trainer.Run(null, null, default);
            return ModelFile.Sha256(trainer.Parameters);
        }

        var expected = Hash(1, "scalar", settings);
        foreach (var set in InstructionSets.Available) Assert.Equal(expected, Hash(3, InstructionSets.NameOf(set), settings));
        Assert.NotEqual(expected, Hash(1, "scalar", Sample.Small));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_run_continues_from_a_checkpoint_and_its_model_is_read_back_with_its_settings(TrainingSettings settings)
    {
        var whole = new RunFolder(_folder["whole"]).Train(_engine, settings, Sample.Data);
        var run = new RunFolder(_folder["broken"]);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => run.Train(_engine, settings, Sample.Data, new StopAt(1000, source), source.Token));
        Assert.Contains("of other settings", Assert.Throws<RunConflictException>(() => run.Train(_engine, Sample.Small, Sample.Data)).Message);
        var report = run.Train(_engine, settings, Sample.Data);
        Assert.Equal(whole.WeightsSha256, report.WeightsSha256);
        Assert.Equal(whole.FinalEpoch with { Seconds = 0 }, report.FinalEpoch with { Seconds = 0 });

        var model = ModelFile.Read(run.ModelPath);
        Assert.Equal(settings.Describe(), model.Settings.Describe());
        Assert.Equal(settings.Likelihood, model.Parameters.Architecture.Likelihood);
        Assert.Contains("of other settings", Assert.Throws<RunConflictException>(() => run.Train(_engine, Sample.Small, Sample.Data)).Message);
    }

    [Fact]
    public void A_run_of_one_variant_is_refused_in_the_folder_of_another_and_the_difference_named()
    {
        string? Difference(TrainingSettings there, TrainingSettings asked) => asked.FirstDifference(there.Describe().ToDictionary());
        var plain = Sample.Small;
        Assert.Equal("warmUp is 0 there, 1 asked for", Difference(plain, plain with { WarmUp = 1 }));
        Assert.Equal("warmUp is 1 there, 0 asked for", Difference(plain with { WarmUp = 1 }, plain));
        Assert.Equal("freeBits is 0.5 there, 0.25 asked for", Difference(plain with { FreeBits = 0.5 }, plain with { FreeBits = 0.25 }));
        Assert.Equal("likelihood is gaussian there, bernoulli asked for", Difference(plain with { Likelihood = Likelihood.Gaussian }, plain));
        Assert.Equal("denoise is 0.5 there, 0 asked for", Difference(plain with { Denoise = 0.5 }, plain with { Calibration = 0 }));
        Assert.Equal("calibrationImages is 0 there, 5 asked for", Difference(plain, plain with { Calibration = 5 }));
        Assert.Null(Difference(plain with { WarmUp = 1 }, plain with { WarmUp = 1 }));
    }

    [Fact]
    public void Files_name_the_variants_that_are_set_and_no_others()
    {
        string Folder(TrainingSettings settings) =>
            Path.GetRelativePath("root", ExperimentSettings.CellFolder("root", settings, FashionMnistPart.Whole)).Replace('\\', '/');
        string[] plain = ["heldOut", "latent", "beta", "hidden", "epochs", "batch", "learningRate", "seed"];
        Assert.Equal(plain, new TrainingSettings().Describe().Select(setting => setting.Key));
        Assert.Equal("fashion-mnist/hidden-400-epochs-20-batch-128-lr-0.001-seed-0/held-out-0/latent-16-beta-1", Folder(new()));
        Assert.Equal("fashion-mnist/hidden-400-epochs-20-batch-128-lr-0.001-seed-0-warm-up-5/held-out-0/latent-16-beta-1", Folder(new() { WarmUp = 5 }));

        var all = new TrainingSettings { WarmUp = 5, FreeBits = 0.1, Likelihood = Likelihood.ContinuousBernoulli, Denoise = 0.25, Calibration = 5000 };
        Assert.Equal([.. plain, "warmUp", "freeBits", "likelihood", "denoise", "calibrationImages"], all.Describe().Select(setting => setting.Key));
        Assert.Equal("fashion-mnist/hidden-400-epochs-20-batch-128-lr-0.001-seed-0-warm-up-5-free-bits-0.1-continuous-bernoulli-denoise-0.25-calibration-5000"
            + "/held-out-0/latent-16-beta-1", Folder(all));
    }

    [Fact]
    public void Beta_rises_from_nothing_to_its_value_in_equal_steps()
    {
        // 2700 images in batches of 500 are 6 steps an epoch.
        var trainer = New(_engine, Sample.Small with { Beta = 3, WarmUp = 2 });
        Assert.Equal([0, 0.25, 1.5, 3, 3], new[] { 0, 1, 6, 12, 13 }.Select(trainer.BetaAt));
        Assert.Equal(3, New(_engine, Sample.Small with { Beta = 3 }).BetaAt(0));
    }

    [Fact]
    public void Images_kept_back_are_normal_never_trained_on_and_chosen_by_the_seed()
    {
        var settings = Sample.Small with { HeldOut = 5, Calibration = 300 };
        var trainer = New(_engine, settings);
        var kept = trainer.CalibrationImages;
        Assert.Equal((300, 2400), (kept.Count, trainer.ImagesPerEpoch));
        Assert.Equal(kept.Distinct().Order(), kept);
        Assert.All(kept, image => Assert.NotEqual(5, Sample.Data.Train.Label(image)));
        Assert.Equal(9, kept.Select(image => Sample.Data.Train.Label(image)).Distinct().Count());
        Assert.Equal(kept, CalibrationSplit.Of(settings with { Epochs = 7, Latent = 2, Denoise = 1 }, Sample.Data.Train).Calibration);
        Assert.NotEqual(kept, CalibrationSplit.Of(settings with { Seed = 4 }, Sample.Data.Train).Calibration);
        Assert.Subset(kept.ToHashSet(), CalibrationSplit.Of(settings with { Calibration = 200 }, Sample.Data.Train).Calibration.ToHashSet());
        Assert.Empty(New(_engine, Sample.Small).CalibrationImages);

        // Turned to noise they change nothing.
        var pixels = Sample.Data.Train.Pixels.ToArray();
        foreach (var image in kept) Array.Fill(pixels, (byte)(image * 31), image * 784, 784);
        var twin = new Trainer(_engine, settings, new ImageDataset(pixels, Sample.Data.Train.Labels.ToArray(), 28, 28), 10);
        trainer.Run(null, null, default);
        twin.Run(null, null, default);
        Assert.Equal(ModelFile.Sha256(trainer.Parameters), ModelFile.Sha256(twin.Parameters));
    }

    [Fact]
    public void A_model_file_with_a_likelihood_that_there_is_not_is_refused()
    {
        var path = _folder["model.safetensors"];
        var trainer = New(_engine, Sample.Small with { Likelihood = Likelihood.Gaussian });
        ModelFile.Write(path, trainer.Parameters, trainer.Settings);
        var file = SafetensorsFile.Read(path);
        foreach (var (key, value) in new[] { ("likelihood", "poisson"), ("warmUp", "x"), ("freeBits", "0,5") })
        {
            SafetensorsFile.Write(path, file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ModelFile.Read(path)).Message);
        }
    }

    private static Trainer New(Engine engine, TrainingSettings settings) => new(engine, settings, Sample.Data.Train, FashionMnist.ClassNames.Length);

    private sealed class StopAt(int images, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Images >= images) source.Cancel();
        }
    }
}
