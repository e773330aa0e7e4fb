// Downloads the four files over HTTPS. A file is written under a temporary name, checked against its pinned sum, and only then given its name.
using System.Globalization;

namespace VaeFromScratch.Vae.Data;

internal static class FashionMnistDownload
{
    // The largest archive has 26.4 MB.
    private const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>Downloads the files that the directory lacks or that are damaged there.</summary>
    /// <exception cref="IOException">A file could not be had, for the reason in the message.</exception>
    /// <exception cref="InvalidDataException">A file came, but is not the pinned one.</exception>
    public static async Task RunAsync(
        string directory, IReadOnlyList<string> names, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        using HttpMessageHandler handler = sources.HttpHandler?.Invoke() ?? new SocketsHttpHandler();
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };

        // The smallest come first (labels), so that an address that does not serve is noticed before 26 MB are spent.
        foreach (string name in names.OrderBy(name => name.Contains("images", StringComparison.Ordinal)))
        {
            var address = new Uri(sources.DownloadAddress, name + ".gz");
            try
            {
                await FashionMnistInstall.FileAsync(
                    directory, name, sources.FetchedEdition, address.ToString(),
                    file => DownloadAsync(client, address, file, sources, log, cancellation)).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                throw new IOException($"{address}: {Innermost(e)}", e);
            }
            catch (IOException e) when (e is not FileNotFoundException)
            {
                throw new IOException($"{address}: {Innermost(e)}", e);
            }
        }
    }

    private static async Task DownloadAsync(
        HttpClient client, Uri address, Stream file, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        TimeSpan wait = sources.AnswerTimeout;
        try
        {
            patience.CancelAfter(wait);
            using HttpResponseMessage answer = await client
                .GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new IOException($"the server answers {(int)answer.StatusCode} ({answer.StatusCode})");

            long? expected = answer.Content.Headers.ContentLength;
            log?.Report(string.Create(CultureInfo.InvariantCulture, $"Downloading {address} ({expected / 1e6:F1} MB)"));
            using Stream content = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            wait = sources.StallTimeout;
            var buffer = new byte[128 * 1024];
            long total = 0;
            while (true)
            {
                patience.CancelAfter(wait);
                int read = await content.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                total += read;
                if (total > MaxBytes)
                    throw new IOException($"the server sends more than {MaxBytes} bytes");
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"no answer within {wait.TotalSeconds} s"), e);
        }
    }

    // The outer messages of the HTTP stack only say that sending failed.
    private static string Innermost(Exception e)
    {
        while (e.InnerException is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            e = e.InnerException;
        return e.Message;
    }
}
