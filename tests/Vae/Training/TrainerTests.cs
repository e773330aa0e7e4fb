// The training loop: what it trains on, that it learns, and that its bits depend on nothing but settings and data.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests;

public class TrainerTests
{
    [Fact]
    public void The_loss_falls()
    {
        var losses = new List<double>();
        using var engine = new Engine(2);
        New(engine, Sample.Small with { Epochs = 6, Batch = 64 }).Run(null, metrics => losses.Add(metrics.Loss), TestContext.Current.CancellationToken);
        Assert.Equal(6, losses.Count);
        Assert.True(losses[^1] < 0.7 * losses[0], string.Join(", ", losses));
        Assert.Equal(losses.OrderDescending(), losses);
    }

    [Fact]
    public void Neither_threads_nor_kernel_change_a_bit()
    {
        string Hash(int threads, string instructionSet)
        {
            using var engine = new Engine(threads, instructionSet);
            var trainer = New(engine, Sample.Small);
            trainer.Run(null, null, default);
            return ModelFile.Sha256(trainer.Parameters);
        }

        var expected = Hash(1, "scalar");
        foreach (var set in InstructionSets.Available)
            foreach (var threads in new[] { 1, 2, 5 })
                Assert.Equal(expected, Hash(threads, InstructionSets.NameOf(set)));
    }

    [Fact]
    public void Another_seed_gives_other_bits()
    {
        using var engine = new Engine(1);
        var (one, other) = (New(engine, Sample.Small), New(engine, Sample.Small with { Seed = 4 }));
        Assert.NotEqual(ModelFile.Sha256(one.Parameters), ModelFile.Sha256(other.Parameters));
    }

    [Fact]
    public void Images_of_the_held_out_class_are_never_seen()
    {
        // Training on the sample, and on the sample with the held-out class turned to noise, has to give the same bits.
        var pixels = Sample.Data.Train.Pixels.ToArray();
        for (var i = 0; i < Sample.Data.Train.Count; i++)
            if (Sample.Data.Train.Label(i) == 5) Array.Fill(pixels, (byte)(i * 31), i * 784, 784);
        var changed = new ImageDataset(pixels, Sample.Data.Train.Labels.ToArray(), 28, 28);

        using var engine = new Engine(1);
        var settings = Sample.Small with { HeldOut = 5 };
        var (trainer, twin) = (New(engine, settings), new Trainer(engine, settings, changed, 10));
        trainer.Run(null, null, default);
        twin.Run(null, null, default);
        Assert.Equal(2700, trainer.ImagesPerEpoch);
        Assert.Equal(ModelFile.Sha256(trainer.Parameters), ModelFile.Sha256(twin.Parameters));
    }

    [Fact]
    public void Every_epoch_sees_every_image_once_the_last_partial_batch_included()
    {
        using var engine = new Engine(1);
        var trainer = New(engine, Sample.Small with { Batch = 1000, Epochs = 1 });
        var images = new List<int>();
        trainer.Run(new Inline<TrainingProgress>(progress => images.Add(progress.Images)), null, default);
        Assert.Equal([1000, 2000, 2700, 2700], images);
        Assert.Equal(3, trainer.Optimizer.Step);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_run_and_says_where_and_when()
    {
        using var engine = new Engine(1);
        var trainer = New(engine, Sample.Small);
        trainer.Step();
        trainer.Parameters.Tensors[0][3, 5] = float.NaN;
        var exception = Assert.Throws<NonFiniteLossException>(trainer.Step);
        Assert.Equal("The reconstruction loss is no longer finite in epoch 1, step 2: try a smaller learning rate than 0.001.", exception.Message);
    }

    [Fact]
    public void A_huge_learning_rate_is_survived_or_reported()
    {
        using var engine = new Engine(1);
        try
        {
            New(engine, Sample.Small with { LearningRate = 1e6, Beta = 1e6 }).Run(null, null, default);
        }
        catch (NonFiniteLossException e)
        {
            Assert.Contains("no longer finite", e.Message);
        }
    }

    [Fact]
    public void A_cancelled_run_continues_from_its_position_to_the_same_bits()
    {
        using var engine = new Engine(2);
        var whole = New(engine, Sample.Small);
        var wholeMetrics = new List<EpochMetrics>();
        whole.Run(null, wholeMetrics.Add, default);

        for (var stopAfter = 1; stopAfter < 12; stopAfter += 3)
        {
            using var source = new CancellationTokenSource();
            var (steps, first) = (0, New(engine, Sample.Small));
            var metrics = new List<EpochMetrics>();
            Assert.Throws<OperationCanceledException>(() => first.Run(new Inline<TrainingProgress>(progress =>
            {
                if (progress.Finished is null && ++steps == stopAfter) source.Cancel();
            }), metrics.Add, source.Token));

            var second = New(engine, Sample.Small);
            first.Parameters.Vector.Flat.CopyTo(second.Parameters.Vector.Flat);
            first.Optimizer.Mean.Flat.CopyTo(second.Optimizer.Mean.Flat);
            first.Optimizer.Variance.Flat.CopyTo(second.Optimizer.Variance.Flat);
            second.Restore(first.Position);
            second.Run(null, metrics.Add, default);
            Assert.Equal(ModelFile.Sha256(whole.Parameters), ModelFile.Sha256(second.Parameters));
            Assert.Equal(wholeMetrics.Select(m => (m.Epoch, m.Loss, m.Kl)), metrics.Select(m => (m.Epoch, m.Loss, m.Kl)));
        }
    }

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void Settings_that_make_no_sense_are_refused_in_one_sentence(TrainingSettings settings, string message)
    {
        using var engine = new Engine(1);
        Assert.Equal(message, Assert.Throws<InvalidSettingException>(() => New(engine, settings)).Message);
    }

    public static TheoryData<TrainingSettings, string> WrongSettings => new()
    {
        { new TrainingSettings { HeldOut = 10 }, "The held-out class is 10; expected 0 to 9." },
        { new TrainingSettings { HeldOut = -1 }, "The held-out class is -1; expected 0 to 9." },
        { new TrainingSettings { Latent = 0 }, "The latent size is 0; expected 1 to 65536." },
        { new TrainingSettings { Beta = -1 }, "The beta is -1; expected a finite number, 0 or more." },
        { new TrainingSettings { Beta = double.NaN }, "The beta is NaN; expected a finite number, 0 or more." },
        { new TrainingSettings { Hidden = [] }, "The number of hidden layers is 0; expected 1 to 32." },
        { new TrainingSettings { Hidden = [400, 0] }, "The hidden size is 0; expected 1 to 65536." },
        { new TrainingSettings { Epochs = 0 }, "The number of epochs is 0; expected 1 or more." },
        { new TrainingSettings { Batch = 0 }, "The batch size is 0; expected 1 to 65536." },
        { new TrainingSettings { LearningRate = 0 }, "The learning rate is 0; expected a finite number above 0." },
        { new TrainingSettings { WarmUp = -1 }, "The warm-up is -1; expected 0 to 20 epochs, as many as there are." },
        { new TrainingSettings { WarmUp = 21 }, "The warm-up is 21; expected 0 to 20 epochs, as many as there are." },
        { new TrainingSettings { FreeBits = -1 }, "The number of free bits is -1; expected a finite number of nats, 0 or more." },
        { new TrainingSettings { FreeBits = double.NaN }, "The number of free bits is NaN; expected a finite number of nats, 0 or more." },
        { new TrainingSettings { Likelihood = (Likelihood)4 }, "The likelihood is 4; expected 0 to 3." },
        { new TrainingSettings { Denoise = -0.1 }, "The standard deviation of the noise is -0.1; expected a finite number, 0 or more." },
        { new TrainingSettings { Denoise = double.PositiveInfinity }, "The standard deviation of the noise is Infinity; expected a finite number, 0 or more." },
        { new TrainingSettings { Calibration = -1 }, "The number of calibration images is -1; expected 0, or 19 or more." },
        { new TrainingSettings { Calibration = 2700 }, "The number of calibration images is 2700; expected 0 to 2699, as there are 2700 normal training images." },
    };

    private static Trainer New(Engine engine, TrainingSettings settings) => new(engine, settings, Sample.Data.Train, FashionMnist.ClassNames.Length);

    /// <summary>Reports on the spot, where Progress would post to another thread.</summary>
    private sealed class Inline<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
