// Stands in for apt-get and dpkg-deb, and knows the curl of this machine or does not.
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

internal sealed class FakeCommands : ICommandRunner
{
    /// <summary>The programs that exist.</summary>
    public string[] Programs { get; init; } = [];

    /// <summary>Given program, its last words without options, and the working directory; returns the exit code.</summary>
    public Func<string, string, string, int> Run { get; init; } = (_, _, _) => 1;

    /// <summary>What was run, in order, without options.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Whether there is curl: that of this machine, which is really run.</summary>
    public bool HasCurl { get; init; }

    public bool Exists(string program) => program == "curl" ? HasCurl : Programs.Contains(program);

    public Task<(int ExitCode, string LastLine)> RunAsync(
        string program, IReadOnlyList<string> arguments, string workingDirectory, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (program == "curl") return new CommandRunner().RunAsync(program, arguments, workingDirectory, cancellation);
        string action = arguments.First(argument => argument is "download" or "update" or "install" or "-x");
        Calls.Add($"{program} {action}");
        int exitCode = Run(program, action, workingDirectory);
        return Task.FromResult((exitCode, exitCode == 0 ? "" : $"E: {action} did not work"));
    }
}
