// docs/tools check: what does not hold, as file, line and sentence.

namespace VaeFromScratch.Docs;

internal static class CheckCommand
{
    /// <summary>Prints every problem of the repository.</summary>
    /// <returns>0, or 1 if there is any.</returns>
    public static int Run(string root)
    {
        var problems = AllChecks.Run(root, Repository.Chapters);
        foreach (var problem in problems) Console.WriteLine(problem);
        return problems.Count == 0 ? 0 : 1;
    }
}
