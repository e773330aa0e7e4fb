// Runs other programs without a shell.
using System.Diagnostics;

namespace VaeFromScratch.Vae.Data;

/// <summary>Runs other programs; a test puts another one in its place.</summary>
internal interface ICommandRunner
{
    /// <summary>Whether a program of this name is on the search path.</summary>
    bool Exists(string program);

    /// <summary>Runs a program to its end; cancelling kills it and its children.</summary>
    /// <returns>The exit code, and the last line written to standard error (or else to standard output).</returns>
    /// <exception cref="IOException">The program can't be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<(int ExitCode, string LastLine)> RunAsync(
        string program, IReadOnlyList<string> arguments, string workingDirectory, CancellationToken cancellation);
}

internal sealed class CommandRunner : ICommandRunner
{
    public bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)));

    public async Task<(int ExitCode, string LastLine)> RunAsync(
        string program, IReadOnlyList<string> arguments, string workingDirectory, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using Process process = Start(start);
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            string errorLine = LastLine(await error.ConfigureAwait(false));
            string outputLine = LastLine(await output.ConfigureAwait(false));
            return (process.ExitCode, errorLine.Length > 0 ? errorLine : outputLine);
        }
        catch (OperationCanceledException)
        {
            // What it was writing is removed next, which on some systems takes its end.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{start.FileName} did not start ({e.Message})", e);
        }
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
