// How BenchmarkDotNet runs the suites.

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;

namespace VaeFromScratch.Bench;

/// <summary>The default configuration with rates, the share of the ceiling, and allocated bytes.</summary>
internal sealed class SuiteConfig : ManualConfig
{
    public SuiteConfig()
    {
        Add(DefaultConfig.Instance);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(new GflopsColumn(), new ShareColumn());
    }
}
