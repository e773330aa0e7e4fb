// A page that is asked for by name.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Cli.Output;

internal static class PageFile
{
    /// <summary>Writes a page, all at once or not at all.</summary>
    /// <exception cref="UnauthorizedAccessException">The file can't be written by this user.</exception>
    /// <exception cref="IOException">Writing fails otherwise.</exception>
    public static void Write(string path, string page) => AtomicFile.WriteAllText(path, page);
}
