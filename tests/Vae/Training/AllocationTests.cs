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
        // Past the methods' replacement by optimised ones, which allocates.
        for (var step = 0; step < 300; step++) trainer.Step();
        Thread.Sleep(300);
        for (var step = 0; step < 300; step++) trainer.Step();
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var step = 0; step < 30; step++) trainer.Step();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The least of ten rounds: the test runner's own threads allocate now and then, a step that allocates does so every time.
        Assert.Equal(0, least);
    }
}
