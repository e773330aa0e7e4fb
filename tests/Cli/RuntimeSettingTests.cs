// The same bits under other settings of the runtime. Each test first asserts, in the process that computes, that the setting is in force.
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Tests;

public sealed class RuntimeSettingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Element-wise operations take what the processor has, whatever --isa says; so these hide from them what --isa can't.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx512")]
    [InlineData("DOTNET_EnableAVX2", "avx2")]
    [InlineData("DOTNET_EnableHWIntrinsic", "v128")]
    public void Instructions_that_are_hidden_from_the_whole_program_change_no_bit(string variable, string kernel)
    {
        var environment = new Dictionary<string, string> { [variable] = "0" };
        Assert.SkipUnless(Kernels([]).Contains(kernel), $"This machine has no {kernel} that could be hidden.");
        var kernels = Kernels(environment);
        Assert.DoesNotContain(kernel, kernels);

        if (kernels is ["scalar"])
        {
            // Without fused multiply-adds in hardware each is a call of the C library: the self-test's training, once and on all threads.
            Assert.Equal(0, VaeProcess.Run(environment, TrainAsTheSelfTest()).ExitCode);
            AssertRun("scalar", SelfTest.WeightsSha256);
            return;
        }

        Assert.Equal(0, VaeProcess.Run(environment, GoldenRun.Train(_folder["run"])).ExitCode);
        AssertRun(kernels[0], GoldenRun.WeightsSha256);
        var runs = VaeProcess.Run(environment, "selftest", "--json").Json.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(kernels, runs.Select(run => run.GetProperty("kernel").GetString()!).Distinct());
        Assert.All(runs, run => Assert.Equal(SelfTest.WeightsSha256, run.GetProperty("weightsSha256").GetString()));
    }

    // What a method is compiled to depends on how often it was called and what was seen in it, and so on time. The bits do not.
    [Theory]
    [InlineData("DOTNET_TieredPGO", "[Instrumented ")]
    [InlineData("DOTNET_TieredCompilation", "[Tier")]
    public void How_methods_are_compiled_changes_no_bit(string variable, string mark)
    {
        Assert.Contains(mark, Compiled([], GoldenRun.Train(_folder["run"])), StringComparison.Ordinal);
        GoldenRun.AssertFinished(_folder["run"]);

        var environment = new Dictionary<string, string> { [variable] = "0" };
        var compiled = Compiled(environment, GoldenRun.Train(_folder["again"]));
        Assert.Contains("JIT compiled", compiled, StringComparison.Ordinal);
        Assert.DoesNotContain(mark, compiled, StringComparison.Ordinal);
        GoldenRun.AssertFinished(_folder["again"]);
        Assert.Equal(0, VaeProcess.Run(environment, "selftest").ExitCode);
    }

    private static List<string> Kernels(Dictionary<string, string> environment) =>
        [.. VaeProcess.Run(environment, "info", "--json").Json.GetProperty("kernels").EnumerateArray().Select(kernel => kernel.GetString()!)];

    private string[] TrainAsTheSelfTest()
    {
        var settings = SelfTest.Settings.Describe().ToDictionary();
        return
        [
            "train", "--data", "sample", "--out", _folder["run"], "--held-out", settings["heldOut"], "--latent", settings["latent"], "--beta", settings["beta"],
            "--hidden", settings["hidden"], "--epochs", settings["epochs"], "--batch", settings["batch"], "--lr", settings["learningRate"], "--seed", settings["seed"],
        ];
    }

    private void AssertRun(string kernel, string weights)
    {
        var report = GoldenRun.Report(_folder["run"]);
        Assert.Equal((kernel, weights), (report.GetProperty("kernel").GetString(), report.GetProperty("weightsSha256").GetString()));
    }

    // Every method that the process compiled, a line each, with how: the runtime tells it to a file.
    private string Compiled(Dictionary<string, string> environment, string[] arguments)
    {
        var file = _folder["compiled"];
        File.Delete(file);
        var outcome = VaeProcess.Run(new(environment) { ["DOTNET_JitStdOutFile"] = file, ["DOTNET_JitDisasmSummary"] = "1" }, arguments);
        Assert.Equal(0, outcome.ExitCode);
        return File.ReadAllText(file);
    }
}
