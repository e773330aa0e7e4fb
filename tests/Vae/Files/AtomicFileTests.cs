// AtomicFile: the old content or the new one, never a mixture, and no temporary file left.
using System.Runtime.Versioning;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Creates_and_replaces()
    {
        AtomicFile.WriteAllText(_folder["a.txt"], "first, and longer");
        AtomicFile.WriteAllText(_folder["a.txt"], "second µ");
        Assert.Equal("second µ"u8.ToArray(), File.ReadAllBytes(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void The_target_keeps_its_old_content_while_the_new_one_is_written()
    {
        File.WriteAllText(_folder["a.txt"], "old");
        AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
            Assert.Equal(2, _folder.Names().Length);
        });
        Assert.Equal("new", File.ReadAllText(_folder["a.txt"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_writer_that_throws_leaves_the_old_content_and_no_temporary_file(int writtenBefore)
    {
        File.WriteAllText(_folder["a.txt"], "old");
        Assert.Throws<NotFiniteNumberException>(() => AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write(new byte[writtenBefore]);
            throw new NotFiniteNumberException();
        }));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void A_writer_that_throws_creates_nothing()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["a.txt"], _ => throw new InvalidOperationException()));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void A_full_disk_leaves_the_old_content_and_no_temporary_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "The device that is always full is Linux's.");
        File.WriteAllText(_folder["a.txt"], "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write(new byte[100]);
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[100]);
            full.Flush(flushToDisk: true);
        }));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void A_writer_that_closes_the_stream_is_an_error_and_not_an_unflushed_file()
    {
        File.WriteAllText(_folder["a.txt"], "old");
        Assert.Throws<ObjectDisposedException>(() => AtomicFile.Write(_folder["a.txt"], stream => stream.Dispose()));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void A_missing_folder_is_refused_by_the_name_the_caller_gave()
    {
        string path = _folder["missing/a.txt"];
        var error = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteAllText(path, "new"));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_replaced()
    {
        Directory.CreateDirectory(_folder["a"]);
        Assert.Throws<IOException>(() => AtomicFile.WriteAllText(_folder["a"], "new"));
        Assert.Equal(["a"], _folder.Names());
    }

    [Fact]
    public void A_read_only_file_is_not_replaced()
    {
        File.WriteAllText(_folder["a.txt"], "old");
        File.SetAttributes(_folder["a.txt"], FileAttributes.ReadOnly);
        Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.WriteAllText(_folder["a.txt"], "new"));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
        File.SetAttributes(_folder["a.txt"], FileAttributes.Normal);
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_refused()
    {
        // Permissions do not bind an administrator; that a file has no children binds everybody.
        File.WriteAllText(_folder["a.txt"], "old");
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteAllText(Path.Combine(_folder["a.txt"], "b.txt"), "new"));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_told_by_the_name_the_caller_gave()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "Only Linux has /proc.");
        Assert.Equal("/proc/a.txt: cannot be written, the folder '/proc' takes no file.", Assert.Throws<IOException>(() => AtomicFile.WriteAllText("/proc/a.txt", "new")).Message);
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_told_by_the_name_the_caller_gave()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Permissions do not stop an administrator.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Directory.CreateDirectory(_folder["locked"]).FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal($"{_folder["locked/a.txt"]}: cannot be written, the folder '{_folder["locked"]}' takes no file of this user.",
            Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.WriteAllText(_folder["locked/a.txt"], "new")).Message);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_is_replaced_keeps_its_permissions(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        File.WriteAllText(_folder["a.txt"], "old");
        File.SetUnixFileMode(_folder["a.txt"], mode);
        AtomicFile.WriteAllText(_folder["a.txt"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(mode, File.GetUnixFileMode(_folder["a.txt"]));
    }

    [Fact]
    public void A_device_is_not_replaced()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "Devices are files on Unix alone.");
        File.CreateSymbolicLink(_folder["link"], "/dev/null");
        Assert.Throws<IOException>(() => AtomicFile.WriteAllText(_folder["link"], "new"));
    }

    [Fact]
    public void A_symbolic_link_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder["store"]);
        File.WriteAllText(_folder["store/a.txt"], "old");
        File.CreateSymbolicLink(_folder["link"], "store/a.txt");
        AtomicFile.WriteAllText(_folder["link"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["store/a.txt"]));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
    }

    [Fact]
    public async Task Concurrent_readers_see_one_whole_content()
    {
        // Every version is 50 000 bytes of one value; a reader that saw two values or another length saw a mixture.
        const int Length = 50_000;
        string path = _folder["a.bin"];
        AtomicFile.WriteAllBytes(path, new byte[Length]);
        using var done = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            int reads = 0;
            while (!done.IsCancellationRequested)
            {
                byte[] content = File.ReadAllBytes(path);
                Assert.Equal(Length, content.Length);
                Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
                reads++;
            }

            return reads;
        }))];

        for (int version = 1; version < 60; version++)
        {
            byte[] content = new byte[Length];
            content.AsSpan().Fill((byte)version);
            AtomicFile.WriteAllBytes(path, content);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
        Assert.Equal(["a.bin"], _folder.Names());
    }
}
