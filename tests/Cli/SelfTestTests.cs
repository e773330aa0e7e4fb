// vae selftest: what it runs, what it says, and that it can fail.
using System.Text;
using System.Text.Json;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Tests;

public sealed class SelfTestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_kernel_on_every_number_of_threads_leads_to_the_published_weights_in_20_seconds()
    {
        var kernels = VaeProcess.Run("info", "--json").Json.GetProperty("kernels").EnumerateArray().Select(kernel => kernel.GetString()!);
        var outcome = VaeProcess.Run("selftest", "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(SelfTest.WeightsSha256, outcome.Json.GetProperty("published").GetString());
        Assert.True(outcome.Json.GetProperty("isAsPublished").GetBoolean());
        Assert.InRange(outcome.Json.GetProperty("seconds").GetDouble(), 0, 20);

        var runs = outcome.Json.GetProperty("runs").EnumerateArray().ToList();
        int[] threads = [.. new[] { 1, 2, 3, Environment.ProcessorCount }.Distinct().Order()];
        Assert.Equal(kernels.SelectMany(kernel => threads.Select(count => (kernel, count))),
            runs.Select(run => (run.GetProperty("kernel").GetString()!, run.GetProperty("threads").GetInt32())));
        Assert.All(runs, run => Assert.Equal(SelfTest.WeightsSha256, run.GetProperty("weightsSha256").GetString()));
    }

    [Fact]
    public void People_read_a_line_for_each()
    {
        var outcome = VaeProcess.Run("selftest");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(SelfTest.WeightsSha256, lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..^1], line => Assert.Matches(@"^\w+ +\d+ threads? +\d+\.\d\d s  ok$", line));
        Assert.StartsWith($"All {lines.Length - 2} trainings", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_was_published_with_another_hash_fails()
    {
        // A copy of the program in whose files one digit of the constant is another.
        var wrong = (SelfTest.WeightsSha256[0] == '0' ? '1' : '0') + SelfTest.WeightsSha256[1..];
        var changed = 0;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsOfTheProgram))
        {
            var bytes = File.ReadAllBytes(file);
            if (Find(bytes, SelfTest.WeightsSha256) is var at and >= 0)
            {
                Encoding.Unicode.GetBytes(wrong).CopyTo(bytes, at);
                changed++;
            }

            File.WriteAllBytes(_folder[Path.GetFileName(file)], bytes);
        }

        Assert.NotEqual(0, changed);
        using var process = VaeProcess.StartOther("dotnet", [], _folder["vae.dll"], "selftest");
        var outcome = process.Wait();
        Assert.Equal(1, outcome.ExitCode);
        outcome.AssertOneSentence("have not led to the published weights");
        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(wrong, lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.EndsWith($"DIFFERENT: {SelfTest.WeightsSha256}", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_is_what_it_needs()
    {
        VaeProcess.Run("selftest", "--data", _folder.Path).AssertRefused(_folder.Path);
        Assert.Equal(JsonValueKind.True, VaeProcess.Run("selftest", "--json", "--data", _folder.CopySample("copy")).Json.GetProperty("isAsPublished").ValueKind);
    }

    private static bool IsOfTheProgram(string path) =>
        new[] { "vae.", "VaeFromScratch.", "System.", "Spectre." }.Any(start => Path.GetFileName(path).StartsWith(start, StringComparison.Ordinal));

    private static int Find(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text));
}
