// Where the repository is.

namespace VaeFromScratch.Docs;

internal static class Repository
{
    private const string Mark = "VaeFromScratch.sln";

    /// <summary>Its folder, found from the program's own.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder of the chapters.</summary>
    public static string Chapters => Path.Combine(Root, "docs", "math");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, Mark)))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The program lies outside the repository.");
        return folder.FullName;
    }
}
