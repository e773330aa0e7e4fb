// A folder of its own for one test, deleted afterwards.

using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vae-tests-").FullName;

    /// <summary>The committed sample, found from the program's own folder.</summary>
    public static string Sample { get; } = new FashionMnistSources { StartDirectories = [AppContext.BaseDirectory] }.SampleDirectory;

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Every name in the folder, hidden ones too.</summary>
    public string[] Names() => [.. new DirectoryInfo(Path).GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    /// <summary>A copy of the sample in a new folder below this one.</summary>
    public string CopySample(params string[] parts)
    {
        var folder = this[parts];
        Directory.CreateDirectory(folder);
        foreach (var name in FashionMnistEdition.FileNames)
            File.Copy(System.IO.Path.Combine(Sample, name + ".gz"), System.IO.Path.Combine(folder, name + ".gz"), overwrite: true);
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
