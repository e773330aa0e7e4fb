// docs/tools fill: puts the numbers of the walkthrough into the chapters.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Docs;

internal static class FillCommand
{
    /// <summary>Fills every block of a folder's Markdown files; files that are up to date are left alone.</summary>
    /// <returns>0, or 1 if a block could not be filled.</returns>
    public static int Run(string folder)
    {
        var story = AllChecks.Story();
        var problems = 0;
        foreach (var file in AllChecks.MarkdownFiles(folder, folder))
        {
            var path = Path.Combine(folder, file.Path);
            var filled = WalkthroughBlocks.Fill(file, story);
            if (filled != string.Join('\n', file.Lines))
            {
                AtomicFile.WriteAllText(path, filled);
                Console.WriteLine($"{path}: filled.");
            }

            foreach (var problem in WalkthroughBlocks.Check(new MarkdownFile(path, filled), story))
            {
                problems++;
                Console.Error.WriteLine(problem);
            }
        }

        return problems == 0 ? 0 : 1;
    }
}
