// Fetches the files that data/fashion-mnist lacks: from the authors' store, else from Debian's package. Fails with one message about both.
using System.Collections.Immutable;
using System.Text;

namespace VaeFromScratch.Vae.Data;

internal static class FashionMnistFetch
{
    /// <summary>Makes the directory hold the four pinned files; the message of a failure begins with what was tried before.</summary>
    /// <returns>Where the files came from, for people; null if they were all there.</returns>
    /// <exception cref="FileNotFoundException">All ways failed; the message lists them in order, and what to do.</exception>
    public static async Task<string?> RunAsync(
        FashionMnistSources sources, ImmutableArray<FashionMnistAttempt> tried, IProgress<string>? log, CancellationToken cancellation)
    {
        string directory = sources.FetchDirectory;
        string debian = $"Debian package {FashionMnistSources.DebianPackage}";
        (string Place, Func<IReadOnlyList<string>, Task> Get)[] ways =
        [
            (sources.DownloadAddress.ToString(), names => FashionMnistDownload.RunAsync(directory, names, sources, log, cancellation)),
            (debian, names => FashionMnistDebianPackage.RunAsync(directory, names, sources, log, cancellation)),
        ];

        var attempts = tried.ToBuilder();
        foreach ((string place, Func<IReadOnlyList<string>, Task> get) in ways)
        {
            string[] names = MissingOrDamaged(directory, sources.FetchedEdition, cancellation);
            if (names.Length == 0)
                return null;
            try
            {
                await get(names).ConfigureAwait(false);
                return place;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                var attempt = new FashionMnistAttempt(place, e.Message);
                log?.Report(attempt.ToString());
                attempts.Add(attempt);
            }
        }

        throw new FileNotFoundException(Message(attempts, directory));
    }

    // Files that are there and as pinned are kept: an interrupted fetch goes on where it stopped.
    private static string[] MissingOrDamaged(string directory, FashionMnistEdition edition, CancellationToken cancellation)
    {
        FashionMnistVerification checks = FashionMnistFolder.Read(directory, edition, cancellation).Checks;
        return [.. checks.Files.Where(file => file.Problem is not null).Select(file => file.Name)];
    }

    private static string Message(IEnumerable<FashionMnistAttempt> attempts, string directory)
    {
        var text = new StringBuilder("Fashion-MNIST was not found and could not be fetched. Tried, in this order:\n");
        foreach (FashionMnistAttempt attempt in attempts)
            text.Append("  ").Append(attempt).Append('\n');
        return text.Append("Put the four files (").AppendJoin(", ", FashionMnistEdition.FileNames)
            .Append("; .gz or plain) into ").Append(directory)
            .Append(", or name their directory by --data DIR or VAE_DATA, or use the committed sample: --data sample.").ToString();
    }
}
