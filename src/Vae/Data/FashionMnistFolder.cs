// A directory that holds, or should hold, the four files of Fashion-MNIST: finds them, reads them, checks them against the pinned sums.
using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Data;

/// <summary>One of the four files, as it was found.</summary>
/// <param name="Name">Its name without <c>.gz</c>.</param>
/// <param name="Path">The file; null if there is none.</param>
/// <param name="Sha256">The SHA-256 of its content, uncompressed, in lower-case hexadecimal; null if it could not be read.</param>
/// <param name="Problem">What is wrong with it, in one sentence; null if nothing is.</param>
public sealed record FashionMnistFileCheck(string Name, string? Path, string? Sha256, string? Problem);

/// <summary>The four files of a directory, checked.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="IsSample">Whether they were held against the sums of <c>data/sample</c> rather than those of the whole set.</param>
/// <param name="Files">Training images and labels, then test images and labels.</param>
public sealed record FashionMnistVerification(string Directory, bool IsSample, ImmutableArray<FashionMnistFileCheck> Files)
{
    /// <summary>Whether all four files are the pinned ones.</summary>
    public bool IsValid => Files.All(file => file.Problem is null);
}

internal static class FashionMnistFolder
{
    // The largest file is 47 040 000 elements. A cap near it bounds what a wrong file can cost before its sum is known.
    private const int MaxElements = 64 * 1024 * 1024;

    /// <summary>The file of this name, compressed or plain; null if there is neither.</summary>
    public static string? PathOf(string directory, string name)
    {
        string plain = Path.Combine(directory, name);
        return File.Exists(plain + ".gz") ? plain + ".gz" : File.Exists(plain) ? plain : null;
    }

    /// <summary>What the directory lacks, as the end of a sentence; null if it has all four files.</summary>
    public static string? Lack(string directory)
    {
        if (!Directory.Exists(directory))
            return "there is no such directory";
        string[] missing = [.. FashionMnistEdition.FileNames.Where(name => PathOf(directory, name) is null)];
        return missing.Length == 0 ? null : $"it lacks {string.Join(", ", missing)} (.gz or plain)";
    }

    /// <summary>Reads the four files once each, and holds their content against the edition, or against whichever fits best.</summary>
    /// <returns>The checks and, of each file that has no problem, the array.</returns>
    public static (FashionMnistVerification Checks, ImmutableArray<IdxArray?> Arrays) Read(
        string directory, FashionMnistEdition? edition = null, CancellationToken cancellation = default)
    {
        var files = FashionMnistEdition.FileNames.Select(name => ReadOne(directory, name, cancellation)).ToImmutableArray();

        // A directory with one foreign file is to be called a damaged whole set or a damaged sample, not simply unknown.
        edition ??= Matches(files, FashionMnistEdition.Sample) > Matches(files, FashionMnistEdition.Whole)
            ? FashionMnistEdition.Sample
            : FashionMnistEdition.Whole;
        var checks = files.Select(file => Check(file.Found, edition)).ToImmutableArray();
        return (
            new FashionMnistVerification(directory, edition == FashionMnistEdition.Sample, checks),
            [.. files.Zip(checks, (file, check) => check.Problem is null ? file.Array : null)]);
    }

    /// <summary>Checks one file of the edition; null if it is as expected, else the problem.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Which of the four it should be, without <c>.gz</c>.</param>
    /// <param name="edition">What its content should be.</param>
    public static string? Problem(string path, string name, FashionMnistEdition edition) => Check(ReadPath(path, name).Found, edition).Problem;

    private static int Matches(IEnumerable<(FashionMnistFileCheck Found, IdxArray? Array)> files, FashionMnistEdition edition) =>
        files.Count(file => file.Found.Sha256 == edition.Sums[file.Found.Name]);

    private static FashionMnistFileCheck Check(FashionMnistFileCheck found, FashionMnistEdition edition)
    {
        string expected = edition.Sums[found.Name];
        return found.Problem is not null || found.Sha256 == expected
            ? found
            : found with
            {
                Problem = $"{found.Path} is not {found.Name} of Fashion-MNIST ({edition.Name}): "
                    + $"the SHA-256 of its content is {found.Sha256}, expected {expected}.",
            };
    }

    private static (FashionMnistFileCheck Found, IdxArray? Array) ReadOne(string directory, string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        string? path = PathOf(directory, name);
        return path is null
            ? (new FashionMnistFileCheck(name, null, null, $"{directory} lacks {name} (.gz or plain)."), null)
            : ReadPath(path, name);
    }

    private static (FashionMnistFileCheck Found, IdxArray? Array) ReadPath(string path, string name)
    {
        try
        {
            IdxArray array = IdxFile.Read(path, MaxElements);
            return (new FashionMnistFileCheck(name, path, array.ComputeSha256(), null), array);
        }
        catch (InvalidDataException e)
        {
            return (new FashionMnistFileCheck(name, path, null, e.Message), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new FashionMnistFileCheck(name, path, null, $"{path} cannot be read: {e.Message}"), null);
        }
    }
}
