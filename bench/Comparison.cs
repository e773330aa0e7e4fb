// Times pieces of work against the ceiling, all taking turns.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>What came of a piece of work.</summary>
/// <param name="Work">The work.</param>
/// <param name="Rate">Its operations a second.</param>
/// <param name="Ceiling">Those of as many multiply-adds in registers.</param>
/// <param name="Share">The one by the other.</param>
internal sealed record Measured(Work Work, double Rate, double Ceiling, double Share)
{
    /// <summary>Time of a call.</summary>
    public double Seconds => Work.Flops / Rate;
}

/// <summary>Measures rates and shares in one process, round by round.</summary>
/// <remarks>
/// In a round every piece of work and its ceiling have a turn, of whose calls the fastest counts, since a neighbour on the same machine can
/// only make a call slower. A ceiling makes as many operations as the work it stands beside, and cuts long calls into parallel loops as the
/// work does, so that a neighbour who holds up a thread holds up both alike. The turns follow each other closely, and it is ratios within a round that the median is
/// taken of: a machine that changes its clock or its load changes both sides.
/// </remarks>
internal static class Comparison
{
    // A loop of a ceiling is long enough for the threads' meeting at its end not to count.
    private const double FlopsOfALoop = 40e6;

    /// <summary>Measures pieces of work that run on one engine.</summary>
    /// <param name="engine">The engine; no other should be alive, for teams with more threads than there are cores stop spinning.</param>
    /// <param name="works">The works.</param>
    /// <param name="rounds">Rounds, of which the median is taken.</param>
    /// <param name="turn">Length of a turn, in which there is at least one call; four times that for a work of several loops, whose calls are long.</param>
    public static IReadOnlyList<Measured> Run(Engine engine, IReadOnlyList<Work> works, int rounds, TimeSpan turn)
    {
        List<Work> all = [];
        var ceilingOf = new int[works.Count];
        for (var i = 0; i < works.Count; i++)
        {
            var loops = Math.Clamp((int)(works[i].Flops / FlopsOfALoop), 1, works[i].Loops);
            var flops = Math.Max(works[i].Flops, FlopsOfALoop);
            ceilingOf[i] = all.FindIndex(ceiling => ceiling.Flops == flops && ceiling.Loops == loops);
            if (ceilingOf[i] >= 0) continue;
            ceilingOf[i] = all.Count;
            all.Add(Ceiling.Create(engine, engine.InstructionSet, flops, loops));
        }

        var first = all.Count;
        all.AddRange(works);
        Work.WarmUp(all);
        var rates = new double[rounds][];
        for (var round = 0; round < rounds; round++) rates[round] = [.. all.Select(work => work.BestRate(work.Loops > 1 ? 4 * turn : turn))];
        return
        [
            .. works.Select((work, i) => new Measured(work, Median(rates.Select(round => round[first + i])), Median(rates.Select(round => round[ceilingOf[i]])),
                Median(rates.Select(round => round[first + i] / round[ceilingOf[i]])))),
        ];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
