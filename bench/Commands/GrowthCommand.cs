// bench growth: how the time of an epoch and the share of the ceiling change with each size of the experiment.

using System.Diagnostics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Bench;

/// <summary>Varies one size at a time around the seed model and times a bounded number of steps, from which an epoch follows.</summary>
internal static class GrowthCommand
{
    private const int Rounds = 7, ImagesPerEpoch = 54_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan WarmUpLimit = TimeSpan.FromMilliseconds(100);
    private static readonly int AllThreads = Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads);

    public static void Run(bool write)
    {
        var seed = new TrainingSettings();
        GrowthAxis[] axes =
        [
            Axis("hidden", "", [64, 128, 256, 400, 512, 1024, 2048, 4096], value => Measure(value, seed with { Hidden = [value] })),
            Axis("batch", "", [1, 4, 16, 64, 128, 256, 512, 1024, 2048, 4096], value => Measure(value, seed with { Batch = value })),
            Axis("latent", "", [2, 8, 16, 32, 64, 128], value => Measure(value, seed with { Latent = value })),
            Axis("threads", "", [.. Enumerable.Range(1, AllThreads)], value => Measure(value, seed, value)),
            Axis("images", "", [6_000, 18_000, 60_000, 180_000, 600_000], value => Measure(value, seed, AllThreads, value)),
        ];

        const string title = "Growth of the training step";
        var sections = axes.Select(axis => $"## {axis.Name}\n\n{axis.Verdict()} {axis.Why}\n\n{axis.Table()}");
        Results.Publish(write, "growth.md", title, $"growth {Results.WriteOption}", $"""
            ![The share of the ceiling and the time of an epoch against each size](growth.svg)

            One size at a time is varied around the seed model: hidden 400, batch 128, latent 16, {AllThreads} threads, an epoch of {Results.Number(ImagesPerEpoch)}
            images. The share is that of the operations of the matrix products alone; a step that did nothing else, at full speed, would have
            100 %. Each point is the median of {Rounds} rounds of steps, from which the epoch is calculated; the images are those of the
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
        Work[] works = [Ceiling.Create(engine, engine.InstructionSet), TrainingWork.Step(trainer)];
        Work.WarmUp(works, WarmUpLimit);
        var rates = Work.Rounds(works, Rounds, Turn);
        var step = works[1].Flops / Work.Median(rates, round => round[1]);
        var epoch = step * images / settings.Batch + ShuffleSeconds(images);
        Console.Error.WriteLine(FormattableString.Invariant($"{trainer.Parameters.Architecture}, batch {settings.Batch}, {engine.Team.Threads} threads, {images} images: {1000 * step:f2} ms"));
        return new GrowthPoint(value, step, epoch, Work.Median(rates, round => round[1] / round[0]));
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
