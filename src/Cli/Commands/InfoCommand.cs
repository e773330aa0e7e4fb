// vae info: what this program is and what it found on this machine.

using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae info --json</c> writes.</summary>
internal sealed record InfoReport(
    string Version, string Runtime, string System, string Cpu, int Cores, string Kernel, IReadOnlyList<string> Kernels, int Threads,
    string? DataDirectory, string DataSource);

internal static class InfoCommand
{
    public static Command Create(CommandContext context)
    {
        var (data, threads, isa, json) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa(), SharedOptions.Json());
        var command = new DocumentedCommand("info",
            "Shows the version, the processor, the kernel and the threads that would be used, and where the data are.",
            "vae info",
            "vae info --isa scalar --json")
        {
            data, threads, isa, json,
        };
        command.SetAction(parsed =>
        {
            var search = FashionMnist.Find(parsed.GetValue(data));
            var report = new InfoReport(RunFolder.ProgramVersion, RuntimeInformation.FrameworkDescription,
                $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}", CpuName(), Environment.ProcessorCount,
                SharedOptions.ChooseIsa(parsed.GetValue(isa)), [.. InstructionSets.Available.Select(InstructionSets.NameOf)],
                parsed.GetValue(threads), search.Directory, search.Source);
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(report, CliJson.Default.InfoReport));
            else Write(context.Terminal, report);
            return Failures.Success;
        });
        return command;
    }

    private static void Write(Terminal terminal, InfoReport report)
    {
        (string Name, string Value)[] lines =
        [
            ("version", report.Version),
            ("runtime", report.Runtime),
            ("system", report.System),
            ("processor", $"{report.Cpu}, {report.Cores.ToString(CultureInfo.InvariantCulture)} cores"),
            ("kernel", $"{report.Kernel} (available: {string.Join(", ", report.Kernels)})"),
            ("threads", report.Threads.ToString(CultureInfo.InvariantCulture)),
            ("data", report.DataDirectory is null ? $"{report.DataSource}; 'vae data fetch' gets them" : $"{report.DataDirectory} ({report.DataSource})"),
        ];
        foreach (var (name, value) in lines) terminal.Results.Profile.Out.Writer.WriteLine($"{name,-10} {value}");
    }

    // .NET does not tell the processor's name; each system has its own place for it.
    private static string CpuName()
    {
        const string linuxFile = "/proc/cpuinfo", linuxKey = "model name";
        if (File.Exists(linuxFile))
        {
            var line = File.ReadLines(linuxFile).FirstOrDefault(line => line.StartsWith(linuxKey, StringComparison.Ordinal));
            if (line?.Split(':', 2) is [_, var name]) return name.Trim();
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
