// A page that is asked for by name.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Cli.Output;

internal static class PageFile
{
    /// <summary>Writes a page, all at once or not at all.</summary>
    /// <exception cref="InputException">The file can't be written by this user.</exception>
    /// <exception cref="IOException">Writing fails otherwise.</exception>
    public static void Write(string path, string page)
    {
        try
        {
            AtomicFile.WriteAllText(path, page);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException && !e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            // The system's own words name the temporary file.
            throw new InputException($"{path}: cannot be written; expected a file in a folder that this user may write.");
        }
    }
}
