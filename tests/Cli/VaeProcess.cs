// The built program as a child process.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace VaeFromScratch.Cli.Tests;

/// <summary>How a child process ended and what it wrote.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Asserts that the program refused its input: exit code 2, one sentence on stderr, nothing on stdout.</summary>
    public void AssertRefused(params string[] words)
    {
        Assert.Equal((2, ""), (ExitCode, Output));
        AssertOneSentence(words);
    }

    /// <summary>Asserts that stderr holds one line with one sentence, no stack trace, and these words.</summary>
    public void AssertOneSentence(params string[] words)
    {
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("vae: ", line, StringComparison.Ordinal);
        Assert.EndsWith(".", line, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A running <c>vae</c>. Its own environment: no terminal, and none of the variables that the program heeds.</summary>
internal sealed class VaeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Unset =
    [
        "VAE_ISA", "VAE_DATA", "NO_COLOR", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic", "DOTNET_TieredPGO",
        "DOTNET_TieredCompilation",
    ];

    private const string Status = "/proc/self/status", Ignored = "SigIgn:";

    private readonly Process _process;
    private readonly BlockingCollection<string> _errorLines = [];
    private readonly List<string> _error = [];
    private readonly Task<string> _output;
    private readonly Task _errorReader;

    private VaeProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _errorReader = Task.Run(() =>
        {
            while (_process.StandardError.ReadLine() is { } line) _errorLines.Add(line);
            _errorLines.CompleteAdding();
        });
    }

    /// <summary>
    /// The command that starts the program: the one that the build puts beside its tests, or that the environment variable <c>VAE_PROGRAM</c> names,
    /// such as the one compiled ahead of time.
    /// </summary>
    public static IReadOnlyList<string> Command { get; } = Environment.GetEnvironmentVariable("VAE_PROGRAM") is { Length: > 0 } program
        ? [program]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "vae.dll")];

    /// <summary>The same, for a shell.</summary>
    public static string QuotedCommand { get; } = string.Join(' ', Command.Select(word => $"'{word}'"));

    // SIGHUP is bit 0 and SIGINT bit 1 of the mask that Linux shows.
    private static bool SignalsAreIgnored { get; } = File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) & 3) != 0;

    public static Outcome Run(params string[] arguments) => Run([], arguments);

    public static Outcome Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return process.Wait();
    }

    public static VaeProcess Start(params string[] arguments) => Start([], arguments);

    public static VaeProcess Start(Dictionary<string, string> environment, params string[] arguments) =>
        StartOther(Command[0], environment, [.. Command.Skip(1), .. arguments]);

    /// <summary>Another program, such as a shell that runs <c>vae</c>.</summary>
    public static VaeProcess StartOther(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        // A program goes on ignoring the signals that its caller ignores, as nohup and shells in the background do; a test that sends one wants it heard.
        var start = SignalsAreIgnored ? new ProcessStartInfo("env", ["--default-signal=INT,HUP", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        foreach (var name in Unset) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new VaeProcess(start);
    }

    /// <summary>Waits for a line on stderr that contains the text.</summary>
    public void WaitForError(string text)
    {
        while (_errorLines.TryTake(out var line, Patience))
        {
            _error.Add(line);
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The program never wrote '{text}', but: {string.Join('\n', _error)}");
    }

    /// <summary>Sends a signal, as <c>kill -NAME</c> does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Whether the program has ended by itself or was ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Sends SIGKILL at once, without another process as <see cref="Signal"/> needs.</summary>
    public void Kill() => _process.Kill();

    public Outcome Wait()
    {
        Assert.True(_process.WaitForExit(Patience), "The program did not end.");
        _errorReader.Wait();
        _error.AddRange(_errorLines);
        return new Outcome(_process.ExitCode, _output.Result, string.Join('\n', _error));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _errorLines.Dispose();
    }
}
