// Every check, on a repository.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Docs;

/// <summary>Runs the checks on the files of a repository.</summary>
internal static class AllChecks
{
    /// <summary>All that is wrong.</summary>
    /// <param name="root">The root of the repository.</param>
    /// <param name="chapterFolder">The folder of the chapters.</param>
    public static IReadOnlyList<Problem> Run(string root, string chapterFolder) =>
    [
        .. Equations(root, chapterFolder), .. Links(root), .. Excerpts(root), .. Walkthrough(root, chapterFolder), .. TestNames(root, chapterFolder),
        .. ChapterCheck.Check(Chapter.ReadAll(root, chapterFolder)),
    ];

    /// <summary>Tags, references, and citations in the sources, in the examples and in the walkthrough.</summary>
    public static IEnumerable<Problem> Equations(string root, string chapterFolder)
    {
        var chapters = Chapter.ReadAll(root, chapterFolder);
        var numbers = EquationCheck.Numbers(chapters);
        return
        [
            .. EquationCheck.CheckTags(chapters),
            .. EquationCheck.CheckReferences(numbers, MarkdownFiles(root, chapterFolder)),
            .. Sources(root).SelectMany(path => EquationCheck.CheckSource(numbers, Relative(root, path), File.ReadAllText(path))),
            .. EquationCheck.CheckStory(numbers, Story()),
        ];
    }

    /// <summary>The links of the README and of everything in docs.</summary>
    public static IEnumerable<Problem> Links(string root) => Documents(root).SelectMany(file => LinkCheck.Check(file, new FolderTree(root)));

    /// <summary>The excerpts in the same files.</summary>
    public static IEnumerable<Problem> Excerpts(string root) => Documents(root).SelectMany(file => ExcerptCheck.Check(file, new FolderTree(root)));

    /// <summary>The blocks of the walkthrough.</summary>
    public static IEnumerable<Problem> Walkthrough(string root, string chapterFolder)
    {
        var story = Story();
        return MarkdownFiles(root, chapterFolder).SelectMany(file => WalkthroughBlocks.Check(file, story));
    }

    /// <summary>The tests that chapters name.</summary>
    public static IEnumerable<Problem> TestNames(string root, string chapterFolder)
    {
        string[] tests = [.. Files(Path.Combine(root, "tests"), "*.cs").Select(File.ReadAllText)];
        return MarkdownFiles(root, chapterFolder).SelectMany(file => TestNameCheck.Check(file, tests));
    }

    /// <summary>The story as it is told today.</summary>
    public static IReadOnlyList<StoryStep> Story()
    {
        using var engine = new Engine(1, InstructionSets.NameOf(InstructionSet.Scalar));
        return WalkthroughStory.Tell(engine);
    }

    /// <summary>The Markdown files of a folder and of those below it.</summary>
    public static IEnumerable<MarkdownFile> MarkdownFiles(string root, string folder) =>
        Files(folder, "*.md").Select(path => new MarkdownFile(Relative(root, path), File.ReadAllText(path)));

    /// <summary>The README and everything in docs.</summary>
    public static IEnumerable<MarkdownFile> Documents(string root) =>
        MarkdownFiles(root, Path.Combine(root, "docs")).Prepend(new MarkdownFile("README.md", File.ReadAllText(Path.Combine(root, "README.md"))));

    private static IEnumerable<string> Sources(string root) =>
        [.. Files(Path.Combine(root, "src"), "*.cs"), .. Files(Path.Combine(root, "docs", "examples"), "*.cs")];

    // What builds leave behind is nobody's source.
    private static IEnumerable<string> Files(string folder, string pattern) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);

    private static string Relative(string root, string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
}
