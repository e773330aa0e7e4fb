// Two columns for BenchmarkDotNet's tables: GFLOP/s and the share of the measured ceiling.

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>A column made of a benchmark's operations a second; a dash where a suite counts none.</summary>
internal abstract class RateColumn(string name, string legend) : IColumn
{
    private const double NanosecondsPerSecond = 1e9;

    public string Id => $"{nameof(RateColumn)}.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics || Suite(benchmarkCase) is not { } suite) return "-";
        return Format(suite, suite.Flops(benchmarkCase.Descriptor.WorkloadMethod.Name) * NanosecondsPerSecond / statistics.Mean);
    }

    /// <summary>The column's text for a rate in operations a second.</summary>
    protected abstract string Format(ICountsFlops suite, double rate);

    // The benchmark itself ran in another process; here an instance with the same parameters only answers questions.
    private static ICountsFlops? Suite(BenchmarkCase benchmarkCase)
    {
        var type = benchmarkCase.Descriptor.Type;
        if (!type.IsAssignableTo(typeof(ICountsFlops))) return null;
        var suite = Activator.CreateInstance(type)!;
        foreach (var parameter in benchmarkCase.Parameters.Items) type.GetProperty(parameter.Name)!.SetValue(suite, parameter.Value);
        return (ICountsFlops)suite;
    }
}

/// <summary>GFLOP/s.</summary>
internal sealed class GflopsColumn() : RateColumn("GFLOP/s", "Useful operations of the matrix products a second, in thousands of millions")
{
    protected override string Format(ICountsFlops suite, double rate) => Results.Gflops(rate);
}

/// <summary>The share of the ceiling.</summary>
internal sealed class ShareColumn() : RateColumn("Ceiling", "Share of the measured peak of fused multiply-adds of this instruction set on as many threads")
{
    private readonly Dictionary<(InstructionSet, int), double> _ceilings = [];

    protected override string Format(ICountsFlops suite, double rate) => Results.Percent(rate / Ceiling(suite.InstructionSet, suite.Threads));

    // Measured when the first row asks, after all benchmarks: not interleaved with them, as the guard does it.
    private double Ceiling(InstructionSet set, int threads)
    {
        if (_ceilings.TryGetValue((set, threads), out var known)) return known;
        const double flops = 100e6;
        using var engine = new Engine(threads, InstructionSets.NameOf(set));
        var ceiling = Comparison.Run(engine, [Bench.Ceiling.Create(engine, set, flops, loops: 1)], rounds: 5, turn: TimeSpan.FromMilliseconds(30));
        return _ceilings[(set, threads)] = ceiling[0].Rate;
    }
}
