// A folder that lives as long as a test.
using System.Security.Cryptography;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli.Tests;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vae-cli-test-").FullName;

    /// <summary>A path in the folder.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>All files and folders below it, with the content of the files: equal lists mean nothing was touched.</summary>
    public IReadOnlyList<string> Snapshot() =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(entry => File.Exists(entry) ? $"{entry} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry)))}" : entry)];

    /// <summary>Copies the sample into a new folder below this one.</summary>
    public string CopySample(string name)
    {
        var folder = this[name];
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(FashionMnist.Find("sample").Directory!, "*.gz"))
            File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)));
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
