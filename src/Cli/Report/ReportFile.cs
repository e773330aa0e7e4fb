// Collects the report and writes its page.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Report;

internal static class ReportFile
{
    /// <summary>Writes the page of some runs, all at once or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    /// <exception cref="InvalidDataException">A file of a run is damaged.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    /// <param name="path">The page.</param>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="data">The data set of the runs.</param>
    /// <param name="search">The runs.</param>
    /// <param name="study">A study, whose verdicts come in if there is such a file.</param>
    public static void Write(string path, Engine engine, FashionMnist data, RunSearch search, string? study = null)
    {
        var report = ReportData.Collect(engine, data, search);
        if (File.Exists(study)) report = report.WithStudy(StudyStore.Read(study));
        AtomicFile.WriteAllText(path, ReportPage.Format(report, data.Test.Width));
    }
}
