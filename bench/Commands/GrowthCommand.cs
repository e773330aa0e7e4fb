// bench growth: how the time of an epoch and the share of the ceiling change with each size of the experiment.

using System.Diagnostics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Bench;

/// <summary>Varies one size at a time around the seed model and times a bounded number of steps, from which an epoch follows.</summary>
internal static class GrowthCommand
{
    private const int Rounds = 7, ImagesPerEpoch = 54_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(40);
    private static readonly int AllThreads = Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads);

    private const string HiddenWhy =
        "A step converts, transposes and judges 784 pixels an image whatever the hidden size, and small products can't make up for it. Adam's traffic is 28 bytes a parameter and grows just as the products do; from hidden 2 048 on, parameters and Adam's two vectors (39 MB) exceed a third cache of 32 MiB.";

    private const string BatchWhy =
        "A step updates every parameter once, whatever the batch: 28 bytes of traffic against 6 operations a parameter and image. Small batches are bound by that traffic; with large ones the activations, 4 bytes for each of 784 pixels an image, outgrow the second cache.";

    private const string LatentWhy =
        "The products with the latent layer are a small part of the step, and too narrow to fill the kernel's tile until latent is some tens; the time is that of the two outer layers.";

    private const string ThreadsWhy =
        "All products are split, and so is what lies between them; the threads meet after each of some twenty loops, and share the third cache, which the optimiser's traffic needs most.";

    private const string ImagesWhy =
        "A step does not know how many images there are. What grows is the distance between them: 600 000 images are 470 MB, so each comes from memory instead of a cache, and the shuffle of an epoch is counted in.";

    public static void Run(bool write)
    {
        var seed = new TrainingSettings();
        GrowthAxis[] axes =
        [
            Axis("hidden", HiddenWhy, [64, 128, 256, 400, 512, 1024, 2048, 4096], value => Measure(value, seed with { Hidden = [value] })),
            Axis("batch", BatchWhy, [1, 4, 16, 64, 128, 256, 512, 1024, 2048, 4096], value => Measure(value, seed with { Batch = value })),
            Axis("latent", LatentWhy, [2, 8, 16, 32, 64, 128], value => Measure(value, seed with { Latent = value })),
            Axis("threads", ThreadsWhy, [.. Enumerable.Range(1, AllThreads)], value => Measure(value, seed, value)),
            Axis("images", ImagesWhy, [6_000, 18_000, 60_000, 180_000, 600_000], value => Measure(value, seed, AllThreads, value)),
        ];

        const string title = "Growth of the training step";
        var sections = axes.Select(axis => $"## {axis.Name}\n\n{axis.Verdict()} {axis.Why}\n\n{axis.Table()}");
        Results.Publish(write, "growth.md", title, $"growth {Results.WriteOption}", $"""
            ![The share of the ceiling and the time of an epoch against each size](growth.svg)

            One size at a time is varied around the seed model: hidden 400, batch 128, latent 16, {AllThreads} threads, an epoch of {Results.Number(ImagesPerEpoch)}
            images. The share is that of the operations of the matrix products alone. A step that did nothing else, at full speed, would have
            100 %; leaving out the zeros of pixels and of ReLUs can bring it above. Each point is the median of {Rounds} rounds of steps, from which the epoch is calculated; the images are those of the
            sample, repeated. The plot marks the place from which more size makes no better use of the machine.

            {string.Join("\n\n", sections)}
            """);
        if (write) Results.WriteFile("growth.svg", Draw(title, axes));
    }

    private static GrowthAxis Axis(string name, string why, int[] values, Func<int, GrowthPoint> measure) =>
        new(name, why, [.. values.Select(measure)]);

    private static string Draw(string title, GrowthAxis[] axes)
    {
        var shares = axes.Select(axis =>
            new LinePanel(axis.Name, "share of the ceiling", VerticalScale.Percent, [.. axis.Points.Select(point => ((double)point.Value, point.Share))], axis.Saturation));
        var times = axes.Select(axis =>
            new LinePanel(axis.Name, "epoch, s", VerticalScale.Logarithmic, [.. axis.Points.Select(point => ((double)point.Value, point.EpochSeconds))], axis.Saturation));
        return LinePanels.Draw($"{title} on {Machine.Cpu}", [.. shares, .. times], axes.Length);
    }

    private static GrowthPoint Measure(int value, TrainingSettings settings, int threads = 0, int images = ImagesPerEpoch)
    {
        using var engine = new Engine(threads);
        var trainer = TrainingWork.CreateTrainer(engine, settings, images);
        var measured = Comparison.Run(engine, [TrainingWork.Step(trainer)], Rounds, Turn)[0];
        var step = measured.Seconds;
        var epoch = step * images / settings.Batch + ShuffleSeconds(images);
        Console.Error.WriteLine(FormattableString.Invariant($"{trainer.Parameters.Architecture}, batch {settings.Batch}, {engine.Team.Threads} threads, {images} images: {1000 * step:f2} ms"));
        return new GrowthPoint(value, step, epoch, measured.Share);
    }

    // Once an epoch the trainer puts the images into a new order, on one thread. Too seldom to be seen in the steps that are timed.
    private static double ShuffleSeconds(int images)
    {
        var order = new int[images];
        var start = Stopwatch.GetTimestamp();
        new RandomSequence(1, 1, 0).Shuffle(order);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
