// The same bits on every instruction set and any number of threads.
using System.Globalization;

namespace VaeFromScratch.Cli.Tests;

public sealed class GoldenHashTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("scalar")]
    [InlineData("v128")]
    [InlineData("avx2")]
    [InlineData("avx512")]
    public void Every_instruction_set_leads_to_the_golden_weights(string name)
    {
        var available = VaeProcess.Run("info", "--json").Json.GetProperty("kernels").EnumerateArray().Select(kernel => kernel.GetString());
        if (!available.Contains(name))
        {
            VaeProcess.Run(GoldenRun.Train(_folder["run"], "--isa", name)).AssertRefused(name);
            Assert.Empty(_folder.Snapshot());
            Assert.Skip($"This machine has no {name}; that it is refused was tested.");
        }

        var outcome = VaeProcess.Run(GoldenRun.Train(_folder["run"], "--isa", name, "--threads", "1"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(name, GoldenRun.Report(_folder["run"]).GetProperty("kernel").GetString());
        GoldenRun.AssertFinished(_folder["run"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Any_number_of_threads_leads_to_the_golden_weights(int threads)
    {
        var outcome = VaeProcess.Run(GoldenRun.Train(_folder["run"], "--threads", threads.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(threads, GoldenRun.Report(_folder["run"]).GetProperty("threads").GetInt32());
        GoldenRun.AssertFinished(_folder["run"]);
    }

    [Theory]
    [InlineData("--threads", "1")]
    [InlineData("--threads", "3")]
    [InlineData("--isa", "scalar")]
    public void A_beta_that_has_to_be_rounded_leads_to_golden_weights_too(string option, string value)
    {
        Assert.Equal(0, VaeProcess.Run(GoldenRun.TrainWithRoundedBeta(_folder["run"], option, value)).ExitCode);
        Assert.Equal(GoldenRun.RoundedBetaSha256, GoldenRun.Report(_folder["run"]).GetProperty("weightsSha256").GetString());
    }

    [Fact]
    public void The_environment_variable_chooses_the_instruction_set_and_the_option_wins()
    {
        var environment = new Dictionary<string, string> { ["VAE_ISA"] = "scalar" };
        Assert.Equal("scalar", VaeProcess.Run(environment, "info", "--json").Json.GetProperty("kernel").GetString());
        environment["VAE_ISA"] = "avx9";
        Assert.Equal("scalar", VaeProcess.Run(environment, "info", "--isa", "scalar", "--json").Json.GetProperty("kernel").GetString());
        VaeProcess.Run(environment, "info").AssertRefused("avx9");
    }

    [Fact]
    public void What_the_processor_lacks_is_neither_listed_nor_run()
    {
        // .NET can be told to hide what the processor has.
        var environment = new Dictionary<string, string> { ["DOTNET_EnableHWIntrinsic"] = "0" };
        var info = VaeProcess.Run(environment, "info", "--json").Json;
        Assert.Equal("scalar", info.GetProperty("kernel").GetString());
        foreach (var name in new[] { "avx2", "avx512" })
            VaeProcess.Run(environment, GoldenRun.Train(_folder["run"], "--isa", name)).AssertRefused(name, "available");
        Assert.Empty(_folder.Snapshot());
    }
}
