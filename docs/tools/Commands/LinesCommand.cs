// docs/tools lines: follows symbols that have moved within their files.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Docs;

internal static class LinesCommand
{
    /// <summary>Repairs the links of the README and of everything in docs; what can't be repaired is left to the check.</summary>
    /// <returns>0.</returns>
    public static int Run(string root)
    {
        var tree = new FolderTree(root);
        foreach (var file in AllChecks.Documents(root).ToArray())
        {
            var repaired = LinkCheck.Repair(file, tree);
            if (repaired == string.Join('\n', file.Lines)) continue;
            AtomicFile.WriteAllText(Path.Combine(root, file.Path), repaired);
            Console.WriteLine($"{file.Path}: links moved.");
        }

        return 0;
    }
}
