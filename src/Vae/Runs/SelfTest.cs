// A tiny training whose weights are known to the bit, and the check that every kernel arrives at them on any number of threads.

using System.Diagnostics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Runs;

/// <summary>What one kernel has arrived at on some number of threads.</summary>
/// <param name="Kernel">The kernel that computed.</param>
/// <param name="Threads">The threads it computed on.</param>
/// <param name="WeightsSha256">SHA-256 of the trained weights.</param>
/// <param name="IsAsPublished">Whether that is the published one.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SelfTestRun(string Kernel, int Threads, string WeightsSha256, bool IsAsPublished, double Seconds);

/// <summary>Shows that this machine computes the published bits, whichever of its kernels is used and however many threads.</summary>
public static class SelfTest
{
    /// <summary>SHA-256 of the weights, as <see cref="ModelFile.Sha256"/> gives it, that <see cref="Settings"/> lead to on the sample on any machine.</summary>
    public const string WeightsSha256 = "d43fe4167ab543df609824fbe7629ee0a37d2d2cb34f086f9d8caa7d125367a0";

    /// <summary>What is trained: two epochs of 20 steps.</summary>
    // Small enough for a machine without vector instructions, and still with whole tiles, every narrower tile and part of a vector in its
    // products, with products large enough to be split among threads, a partial batch and a second shuffle.
    public static TrainingSettings Settings { get; } = new() { Hidden = [52, 20], Latent = 5, Batch = 136, Epochs = 2 };

    /// <summary>The numbers of threads that are tried: 1, 2, 3 and one a core.</summary>
    public static IReadOnlyList<int> ThreadCounts { get; } =
        [.. new[] { 1, 2, 3, Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads) }.Distinct().Order()];

    /// <summary>Trains with every kernel of this machine, best first, on every number of threads.</summary>
    /// <param name="sample">The committed sample.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The outcome of each training as it is finished.</returns>
    /// <exception cref="ArgumentException">The data are not the sample.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<SelfTestRun> Run(FashionMnist sample, CancellationToken cancellation = default) => Run(sample, WeightsSha256, cancellation);

    internal static IEnumerable<SelfTestRun> Run(FashionMnist sample, string published, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (!sample.IsSample) throw new ArgumentException("The published weights are those of the sample.", nameof(sample));
        return InstructionSets.Available.SelectMany(set => ThreadCounts.Select(threads => Train(sample, set, threads, published, cancellation)));
    }

    private static SelfTestRun Train(FashionMnist sample, InstructionSet set, int threads, string published, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        using var engine = new Engine(threads, InstructionSets.NameOf(set));
        var trainer = new Trainer(engine, Settings, sample.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, cancellation);
        var sum = ModelFile.Sha256(trainer.Parameters);
        return new SelfTestRun(
            InstructionSets.NameOf(engine.InstructionSet), engine.Team.Threads, sum, sum == published, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
