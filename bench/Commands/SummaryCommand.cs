// bench summary: the products on every kernel, a training step and scoring, as tables that fit a README.

using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Bench;

/// <summary>Measures what a reader asks first: how fast, and how much of what is possible.</summary>
internal static class SummaryCommand
{
    private const int Rounds = 9, TrainingImages = 2560, ImagesPerEpoch = 54_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    // Names of products; a column of them is measured with one engine.
    private static readonly string[] Names = [.. Product.OfTheStep, .. Product.Squares];

    public static void Run(bool write)
    {
        var threads = Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads);
        var best = InstructionSets.Choose();
        List<(string Head, Column Column)> columns = [];
        if (threads > 1) columns.Add((Head(best, 1), Measure(best, 1)));
        foreach (var set in InstructionSets.Available) columns.Add((Head(set, threads), Measure(set, threads)));

        var products = Results.Table(["product", "m x n x k", .. columns.Select(column => column.Head)],
            Names.Select((name, row) => (string[])[name, Product.Named(name).Shape, .. columns.Select(column => column.Column.Products[row])]), textColumns: 2);
        var model = Results.Table(["the seed model", .. columns.Select(column => column.Head)],
        [
            ["training step, batch 128", .. columns.Select(column => column.Column.Step)],
            ["images a second", .. columns.Select(column => column.Column.TrainingSpeed)],
            ["epoch of 54 000 images", .. columns.Select(column => column.Column.Epoch)],
            ["scoring, images a second", .. columns.Select(column => column.Column.Scoring)],
        ]);
        Results.Publish(write, "summary.md", "Summary", $"summary {Results.WriteOption}", $"""
            GFLOP/s, and the share of the measured peak of the same instruction set on as many threads. For the training step and scoring the
            operations of the matrix products alone count. Medians of {Rounds} rounds in which all take turns with the peak.

            {products}

            {model}
            """);
    }

    private static string Head(InstructionSet set, int threads) =>
        FormattableString.Invariant($"{InstructionSets.NameOf(set)}, {threads} {(threads == 1 ? "thread" : "threads")}");

    private static Column Measure(InstructionSet set, int threads)
    {
        using var engine = new Engine(threads, InstructionSets.NameOf(set));
        var trainer = TrainingWork.CreateTrainer(engine, new TrainingSettings(), TrainingImages);
        var measured = Comparison.Run(engine,
            [.. Names.Select(name => Product.Named(name).On(engine, name)), TrainingWork.Step(trainer), ScoringWork.Create(engine)], Rounds, Turn);
        var (step, scoring) = (measured[^2], measured[^1]);
        return new Column(
            [.. measured.Take(Names.Length).Select(product => $"{Results.Gflops(product.Rate)} ({Results.Percent(product.Share)})")],
            $"{(1000 * step.Seconds).ToString("f2", CultureInfo.InvariantCulture)} ms ({Results.Percent(step.Share)})",
            Results.Count(trainer.Settings.Batch / step.Seconds),
            $"{(ImagesPerEpoch * step.Seconds / trainer.Settings.Batch).ToString("f2", CultureInfo.InvariantCulture)} s",
            $"{Results.Count(ScoringWork.Images / scoring.Seconds)} ({Results.Percent(scoring.Share)})");
    }

    private sealed record Column(string[] Products, string Step, string TrainingSpeed, string Epoch, string Scoring);
}
