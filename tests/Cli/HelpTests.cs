// Every command explains itself.
namespace VaeFromScratch.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("reproduce")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("ensemble")]
    [InlineData("study")]
    [InlineData("verify")]
    [InlineData("report")]
    [InlineData("export")]
    [InlineData("import")]
    [InlineData("data")]
    [InlineData("data fetch")]
    [InlineData("data verify")]
    [InlineData("walkthrough")]
    [InlineData("selftest")]
    [InlineData("info")]
    public void Help_ends_with_an_example_and_fits_80_columns(string command)
    {
        var outcome = VaeProcess.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var examples = outcome.Output[outcome.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains($"  vae {command}", examples, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("0 ")]
    [InlineData("1 ")]
    [InlineData("2 ")]
    [InlineData("130 ")]
    [InlineData("143 ")]
    public void Help_documents_the_exit_codes(string code)
    {
        var help = VaeProcess.Run("--help").Output;
        Assert.Contains($"\n  {code}", help[help.IndexOf("Exit codes:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Info_tells_version_processor_kernel_threads_and_data()
    {
        var info = VaeProcess.Run("info", "--data", "sample", "--threads", "3", "--json").Json;
        Assert.False(string.IsNullOrEmpty(info.GetProperty("version").GetString()));
        Assert.False(string.IsNullOrEmpty(info.GetProperty("cpu").GetString()));
        Assert.Contains(info.GetProperty("kernel").GetString(), info.GetProperty("kernels").EnumerateArray().Select(kernel => kernel.GetString()));
        Assert.Equal(3, info.GetProperty("threads").GetInt32());
        Assert.EndsWith(Path.Combine("data", "sample"), info.GetProperty("dataDirectory").GetString(), StringComparison.Ordinal);
    }
}
