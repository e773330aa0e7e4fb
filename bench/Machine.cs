// What the figures were measured on.

using System.Globalization;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Bench;

/// <summary>The machine, the runtime, and the folder its results belong in.</summary>
internal static class Machine
{
    /// <summary>The processor's name and its number of cores.</summary>
    public static string Cpu { get; } = $"{CpuName()}, {Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)} cores";

    /// <summary>The same as a folder name: lower-case letters and digits between dashes.</summary>
    public static string Slug { get; } = string.Join('-', new string([.. Cpu.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The runtime and the kind of system.</summary>
    public static string Runtime { get; } =
        $"{RuntimeInformation.FrameworkDescription}, {(OperatingSystem.IsLinux() ? "Linux" : OperatingSystem.IsMacOS() ? "macOS" : "Windows")} {RuntimeInformation.ProcessArchitecture}";

    /// <summary>The processes that wanted a core in the last minute, on average, before this one began; null where the system does not tell.</summary>
    public static double? Load { get; } = ReadLoad();

    /// <summary>The folder of this machine's results.</summary>
    public static string ResultsFolder => Path.Combine(Repository, "bench", "results", Slug);

    /// <summary>The repository: the folder of <c>VaeFromScratch.sln</c> at or above the program.</summary>
    /// <exception cref="DirectoryNotFoundException">The program lies outside the repository.</exception>
    public static string Repository
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln"))) return folder.FullName;
            throw new DirectoryNotFoundException("The program lies outside the repository, so there is no place for its results.");
        }
    }

    // .NET does not tell the processor's name; each system has its own place for it.
    private static string CpuName()
    {
        const string linuxFile = "/proc/cpuinfo";
        if (File.Exists(linuxFile))
        {
            string? Value(string key) => File.ReadLines(linuxFile)
                .Select(line => line.Split(':', 2)).FirstOrDefault(line => line.Length == 2 && line[0].Trim() == key)?[1].Trim();
            // Some virtual machines call several generations by one name.
            if (Value("model name") is { } name)
                return Value("cpu family") is { } family && Value("model") is { } model ? $"{name} (family {family}, model {model})" : name;
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static double? ReadLoad()
    {
        const string linuxFile = "/proc/loadavg";
        if (!File.Exists(linuxFile)) return null;
        return double.Parse(File.ReadAllText(linuxFile).Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
