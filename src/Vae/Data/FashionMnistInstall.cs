// Puts one file into the data directory all or nothing: other processes see the old file or the checked new one, never a part of it.
namespace VaeFromScratch.Vae.Data;

internal static class FashionMnistInstall
{
    /// <summary>Writes a file under a temporary name beside its own, checks it against the edition, and renames it.</summary>
    /// <param name="directory">The data directory, made if need be.</param>
    /// <param name="name">The name of the file without <c>.gz</c>.</param>
    /// <param name="edition">What the content must be.</param>
    /// <param name="origin">Where the file comes from, for the message.</param>
    /// <param name="write">Writes the gzip file to a path, at which there is none.</param>
    /// <exception cref="InvalidDataException">The file is not the pinned one; nothing of it is left.</exception>
    public static async Task FileAsync(string directory, string name, FashionMnistEdition edition, string origin, Func<string, Task> write)
    {
        Directory.CreateDirectory(directory);
        string final = Path.Combine(directory, name + ".gz");
        string temporary = Path.Combine(directory, $"{name}.{Guid.NewGuid():N}.tmp");
        try
        {
            await write(temporary).ConfigureAwait(false);
            using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Write)) file.Flush(flushToDisk: true);
            string? problem = FashionMnistFolder.Problem(temporary, name, edition);
            if (problem is not null)
                throw new InvalidDataException(problem.Replace(temporary, origin, StringComparison.Ordinal));
            File.Move(temporary, final, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
