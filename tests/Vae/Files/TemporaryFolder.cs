// A folder of its own for one test, deleted afterwards.
namespace VaeFromScratch.Vae.Tests.Files;

internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("vae-tests-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    // Every file name in the folder, hidden ones too.
    public string[] Names() => [.. new DirectoryInfo(Root).GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
