// vae selftest: does this machine compute the published bits?

using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae selftest --json</c> writes.</summary>
internal sealed record SelfTestReport(
    string Version, string Runtime, string System, string Published, bool IsAsPublished, double Seconds, IReadOnlyList<SelfTestRun> Runs);

internal static class SelfTestCommand
{
    public static Command Create(CommandContext context)
    {
        var data = new Option<string>("--data")
        {
            HelpName = "DIR",
            Description = "Folder with the four files of the sample, for a program that is away from its repository.",
            DefaultValueFactory = _ => FashionMnistSources.SampleWord,
        }.OfPath();
        var json = SharedOptions.Json();
        var command = new DocumentedCommand("selftest",
            "Trains a tiny model on the sample with every kernel of this machine, on 1, 2, 3 and all threads, and compares the weights with the published ones, to the bit.",
            "vae selftest",
            "vae selftest --json")
        {
            data, json,
        };
        command.SetAction(parsed =>
        {
            var sample = SharedOptions.LoadData(parsed.GetValue(data), context);
            if (!sample.IsSample) throw new InputException($"{sample.Directory} holds the whole set; expected the sample, whose weights are published.");
            return Run(sample, parsed.GetValue(json), context);
        });
        return command;
    }

    private static int Run(FashionMnist sample, bool json, CommandContext context)
    {
        var console = context.Terminal.Results;
        if (!json) Tables.Line(console, $"Published weights: SHA-256 {SelfTest.WeightsSha256}");
        var runs = new List<SelfTestRun>();
        foreach (var run in SelfTest.Run(sample, context.Cancellation))
        {
            runs.Add(run);
            if (!json) Tables.Line(console, Line(run));
        }

        var different = runs.Count(run => !run.IsAsPublished);
        var seconds = runs.Sum(run => run.Seconds);
        if (json)
        {
            var report = new SelfTestReport(RunFolder.ProgramVersion, RuntimeInformation.FrameworkDescription,
                $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}", SelfTest.WeightsSha256, different == 0, seconds, runs);
            Terminal.WriteRaw(JsonSerializer.Serialize(report, CliJson.Default.SelfTestReport));
        }

        if (different > 0)
            throw new CheckFailedException(string.Create(CultureInfo.InvariantCulture, $"{different} of {runs.Count} trainings have not led to the published weights."));
        if (!json) Tables.Line(console, string.Create(CultureInfo.InvariantCulture, $"All {runs.Count} trainings have led to them, to the bit, in {seconds:F1} s."));
        return Failures.Success;
    }

    private static string Line(SelfTestRun run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.Kernel,-7} {run.Threads,3} {(run.Threads == 1 ? "thread " : "threads")} {run.Seconds,6:F2} s  {(run.IsAsPublished ? "ok" : $"DIFFERENT: {run.WeightsSha256}")}");
}
