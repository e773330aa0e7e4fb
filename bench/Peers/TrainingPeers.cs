// Training: ours against libtorch's and against the ceiling, and two threads against one.

using System.Diagnostics;
using TorchSharp;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Peers;

/// <summary>Times stretches of the seed model's training and scales them to an epoch.</summary>
/// <remarks>
/// A stretch begins with untimed steps. It includes all that a step does, from gathering the images to the update, but not the one shuffle of
/// the epoch, which takes either side about a thousandth of it. Both sides go on from the weights that <see cref="EpochsBefore"/> epochs have led
/// to, because ours leaves out terms of units that a ReLU has switched off, and there are more of those later: what it takes from initial
/// weights is told beside the table.
/// </remarks>
internal sealed class TrainingPeers(Report report, FashionMnist data, int rounds)
{
    private const int Features = 784, Hidden = 400, Latent = 16, LeadIn = 10, EpochsBefore = 5;

    // Multiply-adds of an image times two. Each weight takes part in three products: the forward one and both backward ones; but nobody
    // asks for the gradient of the image, so the first layer has two.
    private const double OperationsPerImage = 2.0 * (2 * Features * Hidden + 3 * (2 * Latent * Hidden + Latent * Hidden + Hidden * Features));

    public void Measure()
    {
        StepAgreement.Check(report, data.Train);
        using var images = TorchVae.ToTensor(data.Train, label => label != 0);
        var perEpoch = images.shape[0];
        var all = Environment.ProcessorCount;

        var small = Run(images, batch: 128, steps: 100);
        report.Settings("training epoch, batch 128", small);
        string ours = Ours(all), theirs = small.Fastest("libtorch");
        report.Ratio("training epoch, batch 128", Cell(small, ours), Cell(small, theirs), small.Ratio(theirs, ours), 2.7, 4);

        var large = Run(images, batch: 512, steps: 25);
        report.Settings("training epoch, batch 512", large);
        theirs = large.Fastest("libtorch");
        report.Ratio("training epoch, batch 512", Cell(large, ours), Cell(large, theirs), large.Ratio(theirs, ours), 1.4, 1.8);

        string Rate(string name) => FormattableString.Invariant($"{perEpoch * OperationsPerImage / small.Median(name) / 1e9:0} GFLOP/s");
        report.Share("training end to end, batch 128: matrix operations, share of the ceiling of all cores", Rate(ours), Rate("ceiling"),
            small.Ratio("ceiling", ours), 0.60, 0.80);
        if (all > 1)
            report.Ratio($"training epoch, batch 128: {all} threads against one", Cell(small, ours), Cell(small, Ours(1)), small.Ratio(Ours(1), ours), 1.7, 1.9);
    }

    private static string Ours(int threads) => Threads("ours", threads);

    private static string Threads(string name, int threads) => $"{name}, {threads} thread{(threads == 1 ? "" : "s")}";

    private static string Cell(Timings timings, string name) => $"{Report.Time(timings.Median(name))} ({name})";

    private Timings Run(torch.Tensor images, int batch, int steps)
    {
        var contenders = new List<Contender>();
        var state = Train(batch);
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            contenders.Add(new(Ours(threads), () => OurEpoch(threads, batch, steps, state)));
            contenders.Add(new(Threads("libtorch", threads), () => TheirEpoch(images, threads, batch, steps, state.Parameters)));
        }

        contenders.Add(new("from initial weights: " + Ours(Environment.ProcessorCount), () => OurEpoch(Environment.ProcessorCount, batch, steps, null)));

        contenders.Add(new("ceiling", () =>
        {
            using var engine = new Engine();
            return CeilingTime.Seconds(engine, images.shape[0] * OperationsPerImage);
        }));
        return Interleaved.Run(rounds, true, contenders);
    }

    // The engine lives for the stretch alone: idle workers of another would count as live threads, and nobody spins when there are too many.
    private double OurEpoch(int threads, int batch, int steps, Trainer? state)
    {
        using var engine = new Engine(threads);
        var trainer = NewTrainer(engine, batch);
        if (state is not null)
        {
            state.Parameters.Vector.Flat.CopyTo(trainer.Parameters.Vector.Flat);
            state.Optimizer.Mean.Flat.CopyTo(trainer.Optimizer.Mean.Flat);
            state.Optimizer.Variance.Flat.CopyTo(trainer.Optimizer.Variance.Flat);
            trainer.Restore(state.Position);
        }

        for (var step = 0; step < LeadIn; step++) trainer.Step();
        var start = Stopwatch.GetTimestamp();
        for (var step = 0; step < steps; step++) trainer.Step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / (steps * batch) * trainer.ImagesPerEpoch;
    }

    private Trainer NewTrainer(Engine engine, int batch) =>
        new(engine, new TrainingSettings { Batch = batch }, data.Train, FashionMnist.ClassNames.Length);

    // A trainer that has made so many epochs; its engine is gone, but not what it has learned.
    private Trainer Train(int batch)
    {
        using var engine = new Engine();
        var trainer = NewTrainer(engine, batch);
        while (trainer.Position.Epoch < EpochsBefore) trainer.Step();
        return trainer;
    }

    private static double TheirEpoch(torch.Tensor images, int threads, int batch, int steps, VaeParameters<float> parameters)
    {
        torch.set_num_threads(threads);
        using var scope = torch.NewDisposeScope();
        using var model = new TorchVae(Features, [Hidden], Latent);
        model.Load(parameters);
        using var optimizer = torch.optim.Adam(model.parameters(), 1e-3);
        var order = torch.randperm(images.shape[0]);
        void Step(int step)
        {
            using var chosen = order[torch.TensorIndex.Slice((long)step * batch, (step + 1L) * batch)];
            model.Step(optimizer, images, chosen, 1);
        }

        for (var step = 0; step < LeadIn; step++) Step(step);
        var start = Stopwatch.GetTimestamp();
        for (var step = LeadIn; step < LeadIn + steps; step++) Step(step);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / (steps * batch) * images.shape[0];
    }
}
