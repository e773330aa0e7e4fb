// bench guard: fails where a kernel or the training step has lost its speed, or a step allocates.

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
    private const int Rounds = 15, RoundsWhenBroken = 3;
    private const int TrainingImages = 2560;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WarmUpLimit = TimeSpan.FromMilliseconds(50);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs the guard.</summary>
    /// <param name="isBroken">Whether the three loops of the reference take the place of the kernel: then the guard has to fail.</param>
    /// <returns>0 if everything holds, else 1.</returns>
    public static int Run(bool isBroken)
    {
        var kernel = InstructionSets.Choose();
        var main = MeasureMain(kernel, isBroken);
        GuardShare[] gemm = isBroken
            ? [.. main.Gemm]
            : [.. main.Gemm, .. InstructionSets.Available.Where(set => set != kernel).SelectMany(MeasureOther)];
        string[] failures =
        [
            .. gemm.Where(product => !(product.Share >= product.Floor)).Select(product => product.Name),
            .. main.TrainingShare >= main.TrainingFloor ? Array.Empty<string>() : ["training step"],
            .. main.AllocatedBytesPerStep == 0 ? Array.Empty<string>() : ["allocation in the training step"],
        ];
        Console.WriteLine(JsonSerializer.Serialize(main with { Gemm = gemm, Failures = failures }, Json));
        return failures.Length == 0 ? 0 : 1;
    }

    // One engine at a time here and below: a team's threads stop spinning where several teams have more threads than there are cores.
    private static GuardReport MeasureMain(InstructionSet kernel, bool isBroken)
    {
        using var engine = new Engine(0, InstructionSets.NameOf(kernel));
        // The step has no other place for a slow product than a slow kernel: the plainest one.
        using var stepEngine = isBroken ? new Engine(1, InstructionSets.NameOf(InstructionSet.Scalar)) : null;
        var trainer = TrainingWork.CreateTrainer(stepEngine ?? engine, new TrainingSettings(), TrainingImages);
        var (shares, training) = MeasureShares(engine, isBroken, TrainingWork.Step(trainer));
        return new GuardReport(Machine.Cpu, InstructionSets.NameOf(kernel), engine.Team.Threads, CeilingGflops: Math.Round(training!.Value.Ceiling / 1e9, 1), shares,
            training.Value.Share, GuardFloors.Training(kernel), AllocatedBytes(trainer), []);
    }

    private static IReadOnlyList<GuardShare> MeasureOther(InstructionSet kernel)
    {
        using var engine = new Engine(0, InstructionSets.NameOf(kernel));
        return MeasureShares(engine, isBroken: false, training: null).Gemm;
    }

    private static (IReadOnlyList<GuardShare> Gemm, (double Share, double Ceiling)? Training) MeasureShares(Engine engine, bool isBroken, Work? training)
    {
        string[] names = [.. Product.OfTheStep, Product.Squares[0]];
        List<Work> works = [Ceiling.Create(engine, engine.InstructionSet), .. names.Select(name => Create(engine, name, isBroken))];
        if (training is not null) works.Add(training);
        Work.WarmUp(works, WarmUpLimit);
        var rates = Work.Rounds(works, isBroken ? RoundsWhenBroken : Rounds, Turn);

        double Share(int work) => Math.Round(Work.Median(rates, round => round[work] / round[0]), 4);
        var floor = GuardFloors.Product(engine.InstructionSet);
        var kernel = InstructionSets.NameOf(engine.InstructionSet);
        GuardShare[] shares = [.. names.Select((name, index) => new GuardShare($"{kernel} {name}", Share(1 + index), floor))];
        return (shares, training is null ? null : (Share(works.Count - 1), Work.Median(rates, round => round[0])));
    }

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
