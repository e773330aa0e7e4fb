// bench guard: fails where a kernel or the training step has lost its speed, or a step allocates.

using System.Diagnostics;
using System.Text.Json;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Bench;

/// <summary>What the guard prints.</summary>
internal sealed record GuardReport(
    string Cpu, string Kernel, int Threads, double CeilingGflops, IReadOnlyList<GuardShare> Gemm, double TrainingShare, double TrainingFloor,
    long AllocatedBytesPerStep, IReadOnlyList<string> Failures);

/// <summary>A product's share of the ceiling of its instruction set.</summary>
internal sealed record GuardShare(string Name, double Share, double Floor);

/// <summary>
/// Measures the ceiling, every kernel on the products, and the training step, taking turns in one process, and compares shares with
/// <see cref="GuardFloors"/>. No absolute time is judged, so that the verdict is the same on a slower machine.
/// </summary>
internal static class GuardCommand
{
    private const int Rounds = 11, TrainingImages = 2560;
    private static readonly int Threads = Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads);
    private static readonly string[] Names = [.. Product.OfTheStep, Product.Squares[0]];
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan RoomForMore = TimeSpan.FromSeconds(24);
    private static readonly long Start = Stopwatch.GetTimestamp();
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs the guard.</summary>
    /// <param name="isBroken">Whether the three loops of the reference take the place of the kernel: then the guard has to fail.</param>
    /// <returns>0 if everything holds, else 1.</returns>
    public static int Run(bool isBroken)
    {
        var kernel = InstructionSets.Choose();
        var (main, training, allocated) = MeasureMain(kernel, isBroken);
        GuardShare[] gemm = [.. main.Select(product => Share(kernel, product)), .. isBroken ? [] : InstructionSets.Available.Where(set => set != kernel).SelectMany(MeasureOther)];
        var (trainingShare, trainingFloor) = (Math.Round(training.Share, 4), GuardFloors.Training(kernel));
        string[] failures =
        [
            .. gemm.Where(product => !(product.Share >= product.Floor)).Select(product => product.Name),
            .. trainingShare >= trainingFloor ? Array.Empty<string>() : ["training step"],
            .. allocated == 0 ? Array.Empty<string>() : ["allocation in the training step"],
        ];
        var report = new GuardReport(Machine.Cpu, InstructionSets.NameOf(kernel), Threads, Math.Round(main[0].Ceiling / 1e9, 1), gemm,
            trainingShare, trainingFloor, allocated, failures);
        Console.WriteLine(JsonSerializer.Serialize(report, Json));
        return failures.Length == 0 ? 0 : 1;
    }

    private static (IReadOnlyList<Measured> Products, Measured Training, long Allocated) MeasureMain(InstructionSet kernel, bool isBroken)
    {
        using var engine = new Engine(Threads, InstructionSets.NameOf(kernel));
        // A step has no other place for slow products than a slow kernel: the plainest one, on one thread.
        using var stepEngine = isBroken ? new Engine(1, InstructionSets.NameOf(InstructionSet.Scalar)) : null;
        var trainer = TrainingWork.CreateTrainer(stepEngine ?? engine, new TrainingSettings(), TrainingImages);
        var measured = Measure(engine, [.. Names.Select(name => Create(engine, name, isBroken)), TrainingWork.Step(trainer)],
            isBroken, GuardFloors.Training(kernel));
        return ([.. measured.SkipLast(1)], measured[^1], AllocatedBytes(trainer));
    }

    private static IEnumerable<GuardShare> MeasureOther(InstructionSet kernel)
    {
        using var engine = new Engine(Threads, InstructionSets.NameOf(kernel));
        return [.. Measure(engine, [.. Names.Select(name => Create(engine, name, isBroken: false))], isBroken: false, 0).Select(product => Share(kernel, product))];
    }

    // A share below its floor is measured again while there is time: what a neighbour held up passes then, what is slow stays slow.
    private static Measured[] Measure(Engine engine, Work[] works, bool isBroken, double trainingFloor)
    {
        double Floor(Work work) => work.Loops == 1 ? GuardFloors.Product(engine.InstructionSet) : trainingFloor;
        // A hundred times too slow is seen at once, and would take minutes to see better.
        Measured[] best = [.. Comparison.Run(engine, works, isBroken ? 1 : Rounds, Turn)];
        while (!isBroken && Stopwatch.GetElapsedTime(Start) < RoomForMore)
        {
            int[] low = [.. Enumerable.Range(0, best.Length).Where(i => best[i].Share < Floor(best[i].Work))];
            if (low.Length == 0) break;
            var again = Comparison.Run(engine, [.. low.Select(i => works[i])], Rounds, Turn);
            foreach (var (i, measured) in low.Zip(again))
                if (measured.Share > best[i].Share) best[i] = measured;
        }

        return best;
    }

    private static GuardShare Share(InstructionSet kernel, Measured product) =>
        new($"{InstructionSets.NameOf(kernel)} {product.Work.Name}", Math.Round(product.Share, 4), GuardFloors.Product(kernel));

    private static Work Create(Engine engine, string name, bool isBroken)
    {
        var product = Product.Named(name);
        return isBroken ? new Work(name, product.Flops, () => GemmReference.Multiply(product.A, product.B, product.C)) : product.On(engine, name);
    }

    // The least of several rounds: the runtime's own threads allocate now and then, a step that allocates does so every time.
    private static long AllocatedBytes(Trainer trainer)
    {
        const int rounds = 10, steps = 10;
        var least = long.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var step = 0; step < steps; step++) trainer.Step();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / steps);
        }

        return least;
    }
}
