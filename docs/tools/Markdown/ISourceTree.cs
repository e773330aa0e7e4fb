// The files that chapters link to and quote from.

namespace VaeFromScratch.Docs;

/// <summary>A tree of files, whose paths begin at the root of the repository and are written with slashes.</summary>
internal interface ISourceTree
{
    /// <summary>Whether there is a file or a folder.</summary>
    bool Exists(string path);

    /// <summary>The lines of a text file, or null if there is none.</summary>
    IReadOnlyList<string>? Read(string path);
}

/// <summary>A folder on disk.</summary>
internal sealed class FolderTree(string root) : ISourceTree
{
    private readonly Dictionary<string, IReadOnlyList<string>?> _read = [];

    public bool Exists(string path) => Path.Exists(Path.Combine(root, path));

    public IReadOnlyList<string>? Read(string path)
    {
        if (!_read.TryGetValue(path, out var lines))
            _read[path] = lines = File.Exists(Path.Combine(root, path)) ? File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings("\n").Split('\n') : null;
        return lines;
    }
}
