// A folder that lives as long as a test.
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vae-test-").FullName;

    /// <summary>The committed sample, found from the program's own folder.</summary>
    public static string Sample { get; } = new FashionMnistSources { StartDirectories = [AppContext.BaseDirectory] }.SampleDirectory;

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A copy of the sample in a new folder below this one.</summary>
    public string CopySample(params string[] parts)
    {
        string folder = Combine(parts);
        Directory.CreateDirectory(folder);
        foreach (string name in FashionMnistEdition.FileNames)
            File.Copy(System.IO.Path.Combine(Sample, name + ".gz"), System.IO.Path.Combine(folder, name + ".gz"), overwrite: true);
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
