// Gets the four files from Debian's package dataset-fashion-mnist, without root where that is possible.
namespace VaeFromScratch.Vae.Data;

internal static class FashionMnistDebianPackage
{
    // Where the package puts the files, below the root of the system.
    private const string PathInPackage = "usr/share/datasets/fashion-mnist";

    // A network that is not there is noticed soon, and no terminal is assumed.
    private static readonly string[] Options =
        ["-q", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10", "-o", "Dpkg::Use-Pty=0"];

    /// <summary>Copies the files that the directory lacks or that are damaged there.</summary>
    /// <exception cref="IOException">The package could not be had, for the reasons in the message.</exception>
    /// <exception cref="InvalidDataException">The package holds other files than the pinned ones.</exception>
    public static async Task RunAsync(
        string directory, IReadOnlyList<string> names, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        // The package may be installed already.
        if (FashionMnistFolder.Lack(sources.SystemDirectory) is null)
        {
            await CopyAsync(sources.SystemDirectory, directory, names, sources, cancellation).ConfigureAwait(false);
            return;
        }

        if (!sources.Commands.Exists("apt-get") || !sources.Commands.Exists("dpkg-deb"))
            throw new IOException("there is no apt-get and dpkg-deb on this machine");

        DirectoryInfo temporary = Directory.CreateTempSubdirectory("fashion-mnist-");
        try
        {
            string? failure = await UnpackAsync(temporary.FullName, sources, log, cancellation).ConfigureAwait(false);
            string unpacked = Path.Combine(temporary.FullName, PathInPackage);
            if (failure is not null)
            {
                if (!sources.IsRoot)
                    throw new IOException(failure);
                string[] install = ["install", "-y", "--no-install-recommends", FashionMnistSources.DebianPackage];
                string? installFailure = await RunAptAsync(install, temporary.FullName, sources, log, cancellation).ConfigureAwait(false);
                if (installFailure is not null)
                    throw new IOException($"{failure}; {installFailure}");
                unpacked = sources.SystemDirectory;
            }

            string? lack = FashionMnistFolder.Lack(unpacked);
            if (lack is not null)
                throw new IOException($"the package was unpacked to {unpacked}, but {lack}");
            await CopyAsync(unpacked, directory, names, sources, cancellation).ConfigureAwait(false);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    // Null if the package now lies unpacked in the folder, else what failed.
    private static async Task<string?> UnpackAsync(
        string folder, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        string[] download = ["download", FashionMnistSources.DebianPackage];
        string? failure = await RunAptAsync(download, folder, sources, log, cancellation).ConfigureAwait(false);
        if (failure is not null && sources.IsRoot)
        {
            // A fresh container has no lists of packages.
            string? updateFailure = await RunAptAsync(["update"], folder, sources, log, cancellation).ConfigureAwait(false);
            failure = updateFailure is null
                ? await RunAptAsync(download, folder, sources, log, cancellation).ConfigureAwait(false)
                : $"{failure}; {updateFailure}";
        }

        if (failure is not null)
            return failure;
        string? package = Directory.EnumerateFiles(folder, "*.deb").FirstOrDefault();
        return package is null
            ? "apt-get download left no package behind"
            : await RunAsync("dpkg-deb", ["-x", package, folder], folder, sources, log, cancellation).ConfigureAwait(false);
    }

    private static async Task CopyAsync(
        string from, string to, IReadOnlyList<string> names, FashionMnistSources sources, CancellationToken cancellation)
    {
        foreach (string name in names)
        {
            string path = FashionMnistFolder.PathOf(from, name)!;
            await FashionMnistInstall.FileAsync(to, name, sources.FetchedEdition, path, async copy =>
            {
                using FileStream source = File.OpenRead(path), target = File.Create(copy);
                await source.CopyToAsync(target, cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    private static Task<string?> RunAptAsync(
        string[] arguments, string folder, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation) =>
        RunAsync("apt-get", [.. Options, .. arguments], folder, sources, log, cancellation);

    private static async Task<string?> RunAsync(
        string program, string[] arguments, string folder, FashionMnistSources sources, IProgress<string>? log, CancellationToken cancellation)
    {
        string command = $"{program} {string.Join(' ', arguments.Except(Options))}";
        log?.Report($"Running {command}");
        try
        {
            (int exitCode, string lastLine) = await sources.Commands.RunAsync(program, arguments, folder, cancellation).ConfigureAwait(false);
            return exitCode == 0 ? null : $"{command} failed with exit code {exitCode} ({lastLine})";
        }
        catch (IOException e)
        {
            return $"{command}: {e.Message}";
        }
    }
}
