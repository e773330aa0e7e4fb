// Collects the report and writes its page.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReportFile
{
    /// <summary>Writes the page of some runs, all at once or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    /// <exception cref="InvalidDataException">A file of a run is damaged.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    public static void Write(string path, Engine engine, FashionMnist data, RunSearch search)
    {
        var page = ReportPage.Format(ReportData.Collect(engine, data, search), data.Test.Width);
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
