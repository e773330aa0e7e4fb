// Training allocates nothing once it is under way. Alone, because memory is counted for the whole process.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

[CollectionDefinition("alone", DisableParallelization = true)]
public class AloneDefinition;

[Collection("alone")]
public class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_allocates_nothing(int threads)
    {
        using var engine = new Engine(threads);
        var trainer = new Trainer(engine, new TrainingSettings { Epochs = 100, Hidden = [40] }, Sample.Data.Train, FashionMnist.ClassNames.Length);
        Assert.Equal(0, AllocatedBytes(trainer.Step));
    }

    [Theory]
    [InlineData(Likelihood.ContinuousBernoulli)]
    [InlineData(Likelihood.Gaussian)]
    public void Nor_does_a_step_with_every_variant(Likelihood likelihood)
    {
        using var engine = new Engine(2);
        var settings = new TrainingSettings { Epochs = 100, Hidden = [40], WarmUp = 5, FreeBits = 0.1, Likelihood = likelihood, Denoise = 0.1, Calibration = 100 };
        var trainer = new Trainer(engine, settings, Sample.Data.Train, FashionMnist.ClassNames.Length);
        Assert.Equal(0, AllocatedBytes(trainer.Step));
    }

    [Fact]
    public void Scoring_into_a_span_allocates_nothing()
    {
        using var engine = new Engine(2);
        var trainer = new Trainer(engine, Sample.Small, Sample.Data.Train, FashionMnist.ClassNames.Length);
        var (scorer, images, scores) = (new AnomalyScorer(engine, trainer.Parameters), new float[100 * 784], new float[100]);
        foreach (var kind in Enum.GetValues<ScoreKind>()) Assert.Equal(0, AllocatedBytes(() => scorer.Score(images, kind, scores)));
    }

    [Fact]
    public void Scoring_with_a_detector_allocates_nothing()
    {
        var rows = Detection.Tables.Normal(200, 1);
        var detector = AnomalyDetector.Fit(rows, Detection.Tables.Features, new() { Epochs = 1 });
        var (scores, reconstructions) = (new float[200], new float[rows.Length]);
        Assert.Equal(0, AllocatedBytes(() => detector.Score(rows, scores)));
        Assert.Equal(0, AllocatedBytes(() => detector.Reconstruct(rows, reconstructions)));
    }

    private static long AllocatedBytes(Action action)
    {
        // Past the methods' replacement by optimised ones, which allocates.
        for (var round = 0; round < 200; round++) action();
        Thread.Sleep(300);
        for (var round = 0; round < 200; round++) action();

        // The least of ten rounds: the test runner's own threads allocate now and then, what allocates does so every time.
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 30; i++) action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
