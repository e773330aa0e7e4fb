// AtomicFile: the temporary files that killed processes leave.
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public sealed class AtomicFileLeftoversTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_killed_process_left_in_a_folder_goes_with_the_first_write_into_it()
    {
        File.WriteAllText(_folder[".vae-0123456789abcdef.tmp"], "half a file");
        File.SetLastWriteTimeUtc(_folder[".vae-0123456789abcdef.tmp"], DateTime.UtcNow.AddMinutes(-2));
        // It may be another process's that is about to be renamed.
        File.WriteAllText(_folder[".vae-ffffffffffffffff.tmp"], "new");
        AtomicFile.WriteAllText(_folder["a.txt"], "new");
        Assert.Equal([".vae-ffffffffffffffff.tmp", "a.txt"], _folder.Names());
    }

    [Fact]
    public void Stale_temporary_files_are_removed_and_nothing_else()
    {
        string[] others =
        [
            "a.txt", ".hidden.tmp", ".vae-0123.tmp", ".vae-0123456789ABCDEF.tmp", ".vae-0123456789abcdeg.tmp", "x.vae-0123456789abcdef.tmp",
        ];
        foreach (string name in others) File.WriteAllText(_folder[name], "kept");
        File.WriteAllText(_folder[".vae-0123456789abcdef.tmp"], "stale");
        File.WriteAllText(_folder[".vae-ffffffffffffffff.tmp"], "");
        Directory.CreateDirectory(_folder[".vae-aaaaaaaaaaaaaaaa.tmp"]);

        Assert.Equal(2, AtomicFile.RemoveStale(_folder.Path));
        Assert.Equal([.. others.Append(".vae-aaaaaaaaaaaaaaaa.tmp").Order(StringComparer.Ordinal)], _folder.Names());
        Assert.Equal(0, AtomicFile.RemoveStale(_folder["missing"]));
    }

    [Fact]
    public void A_temporary_file_still_being_written_is_not_stale()
    {
        AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write("new"u8);
            Assert.Equal(0, AtomicFile.RemoveStale(_folder.Path));
        });
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void The_temporary_files_of_a_killed_writer_are_what_is_removed()
    {
        string? temporary = null;
        AtomicFile.Write(_folder["a.txt"], stream => temporary = ((FileStream)stream).Name);
        File.WriteAllText(temporary!, "as a kill would leave it");
        Assert.Equal(1, AtomicFile.RemoveStale(_folder.Path));
        Assert.Equal(["a.txt"], _folder.Names());
    }
}
