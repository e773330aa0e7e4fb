// Downloads the four files with curl. A file is written under a temporary name, checked against its pinned sum, and only then given its name.
// .NET's own HTTPS would need OpenSSL on Linux, and end the process where that is missing; and it would be a sixth of the program compiled ahead of time.
using System.Globalization;

namespace VaeFromScratch.Vae.Data;

internal static class FashionMnistDownload
{
    private const string Curl = "curl";

    // The largest archive has 26.4 MB.
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Downloads the files that the directory lacks or that are damaged there.</summary>
    /// <exception cref="IOException">A file could not be had, for the reason in the message.</exception>
    /// <exception cref="InvalidDataException">A file came, but is not the pinned one.</exception>
    public static async Task RunAsync(
        string directory, IReadOnlyList<string> names, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        if (!sources.Commands.Exists(Curl)) throw new IOException($"there is no {Curl} on this machine");

        // The smallest come first (labels), so that an address that does not serve is noticed before 26 MB are spent.
        foreach (string name in names.OrderBy(name => name.Contains("images", StringComparison.Ordinal)))
        {
            var address = new Uri(sources.DownloadAddress, name + ".gz");
            log?.Report($"Downloading {address}");
            await FashionMnistInstall.FileAsync(
                directory, name, sources.FetchedEdition, address.ToString(), path => DownloadAsync(address, path, sources, cancellation)).ConfigureAwait(false);
        }
    }

    // curl before 8.4 lets an answer that does not tell its length grow without end, so the file is watched.
    private static async Task DownloadAsync(Uri address, string path, FashionMnistSources sources, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = sources.Commands.RunAsync(Curl, Arguments(address, path, sources), Path.GetDirectoryName(path)!, stop.Token);
        while (await Task.WhenAny(run, Task.Delay(LookAgain, CancellationToken.None)).ConfigureAwait(false) != run)
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            (int exitCode, string lastLine) = await run.ConfigureAwait(false);
            if (exitCode != 0) throw new IOException($"{address}: {lastLine}");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{address}: the server sends more than {MaxBytes} bytes", e);
        }
    }

    // An answer that is no file is a failure, and a redirection leads to HTTPS or nowhere. An address on this machine is never asked through a proxy.
    private static string[] Arguments(Uri address, string path, FashionMnistSources sources) =>
    [
        "--fail", "--silent", "--show-error", "--location", "--proto-redir", "=https", "--noproxy", "localhost,127.0.0.1",
        "--connect-timeout", Seconds(sources.AnswerTimeout), "--speed-limit", "1", "--speed-time", Seconds(sources.StallTimeout),
        "--max-filesize", MaxBytes.ToString(CultureInfo.InvariantCulture), "--output", path, address.AbsoluteUri,
    ];

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
