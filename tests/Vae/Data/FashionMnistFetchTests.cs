// Fetching from a server on this machine, with its curl, and from a made-up Debian package. The sample stands in for the whole set.
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

public sealed class FashionMnistFetchTests : IDisposable
{
    private static readonly string[] Names = [.. FashionMnistEdition.FileNames];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Target => _folder["data", "fashion-mnist"];

    private FashionMnistSources Sources(Uri? address = null, FakeCommands? commands = null, bool isRoot = false) => new()
    {
        EnvironmentDirectory = null,
        StartDirectories = [_folder.Path],
        SystemDirectory = _folder["system"],
        DownloadAddress = address ?? new Uri("http://127.0.0.1:9/"), // refuses connections
        AnswerTimeout = TimeSpan.FromSeconds(30),
        StallTimeout = TimeSpan.FromSeconds(30),
        Commands = commands ?? (address is null ? new FakeCommands() : WithCurl()),
        IsRoot = isRoot,
        FetchedEdition = FashionMnistEdition.Sample,
    };

    private static FakeCommands WithCurl(params string[] programs)
    {
        Assert.SkipUnless(new CommandRunner().Exists("curl"), "There is no curl on this machine, which downloads are made with.");
        return new FakeCommands { HasCurl = true, Programs = programs };
    }

    private static byte[] SampleFile(string path) => File.ReadAllBytes(Path.Combine(TemporaryFolder.Sample, path));

    private string[] Left() =>
        Directory.Exists(Target) ? [.. Directory.EnumerateFileSystemEntries(Target).Select(path => Path.GetFileName(path)).Order()] : [];

    private static FashionMnist Load(string? directory, FashionMnistSources sources) =>
        FashionMnist.Load(directory, sources, log: null, TestContext.Current.CancellationToken);

    private static FashionMnistVerification Verify(string directory) =>
        FashionMnist.Verify(directory, TestContext.Current.CancellationToken);

    private static (string Directory, string? Source) Fetch(FashionMnistSources sources, IProgress<string>? log = null) =>
        FashionMnist.Fetch(sources, log, TestContext.Current.CancellationToken);

    [Fact]
    public void A_good_server_gives_the_four_files_and_nothing_else()
    {
        using var server = new LoopbackServer(path => LoopbackServer.Ok(SampleFile(path)));
        FashionMnistSources sources = Sources(server.Address);
        FashionMnist data = Load(null, sources);
        Assert.Equal((3000, 1000), (data.Train.Count, data.Test.Count));
        Assert.Equal((server.Address.ToString(), Target), (data.Source, data.Directory));
        Assert.Equal(Names.Select(name => name + ".gz").Order(), Left());
        Assert.Equal(4, server.Requests.Count);

        // Everything is there: nothing is fetched again.
        Assert.Equal((Target, null), Fetch(sources));
        Assert.Equal("data/fashion-mnist", Load(null, sources).Source);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public void Only_missing_and_damaged_files_are_fetched()
    {
        _folder.CopySample("data", "fashion-mnist");
        File.Delete(Path.Combine(Target, Names[1] + ".gz"));
        File.WriteAllBytes(Path.Combine(Target, Names[2] + ".gz"), [0x1F, 0x8B, 8, 0]);
        using var server = new LoopbackServer(path => LoopbackServer.Ok(SampleFile(path)));
        Fetch(Sources(server.Address));
        Assert.Equal([Names[1] + ".gz", Names[2] + ".gz"], server.Requests);
        Assert.True(Verify(Target).IsValid);
    }

    public static TheoryData<string, string> BadAnswers => new()
    {
        { "missing", "returned error: 404" },
        { "closed", "transfer closed" },
        { "cut", "cut short" },
        { "flipped", "damaged" },
        { "foreign", "is not" },
        { "page", "begins with 3C68746D" },
        { "silent", "too slow" },
        { "stalled", "too slow" },
        { "endless", "more than 67108864 bytes" },
        { "huge", "file size exceeded" },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public void A_bad_answer_leaves_no_file_under_any_name(string kind, string expected)
    {
        // The second of the four goes wrong: the first is complete by then, and stays.
        using var server = new LoopbackServer(
            path => path == Names[1] + ".gz" ? LoopbackServer.Ok(SampleFile(path)) : Bad(kind, SampleFile(path)));
        FashionMnistSources sources = Sources(server.Address);
        if (expected == "too slow") sources = sources with { StallTimeout = TimeSpan.FromSeconds(2) };
        string message = Assert.Throws<FileNotFoundException>(() => Fetch(sources)).Message;
        Assert.Contains($"  {server.Address}{Names[3]}.gz", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
        Assert.Equal([Names[1] + ".gz"], Left());
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void A_cancelled_fetch_ends_soon_and_keeps_only_complete_files()
    {
        using var cancelling = new CancellationTokenSource();
        using var server = new LoopbackServer(path =>
        {
            if (path == Names[1] + ".gz")
                return LoopbackServer.Ok(SampleFile(path));
            cancelling.CancelAfter(50);
            return LoopbackServer.Ok(SampleFile(path)[..100], declared: 1000) with { StaysOpen = true };
        });
        FakeCommands commands = WithCurl("apt-get", "dpkg-deb");
        Assert.ThrowsAny<OperationCanceledException>(() => FashionMnist.Fetch(Sources(server.Address, commands), null, cancelling.Token));
        Assert.Equal([Names[1] + ".gz"], Left());
        Assert.Empty(commands.Calls);
    }

    [Fact]
    public void A_total_failure_lists_every_way_in_order_and_what_to_do()
    {
        string message = Assert.Throws<FileNotFoundException>(() => Load(null, Sources())).Message;
        string[] lines = message.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Equal("Fashion-MNIST was not found and could not be fetched. Tried, in this order:", lines[0]);
        Assert.Equal($"  {Target}: there is no such directory", lines[1]);
        Assert.Equal($"  {_folder["system"]}: there is no such directory", lines[2]);
        Assert.Equal("  http://127.0.0.1:9/: there is no curl on this machine", lines[3]);
        Assert.Equal("  Debian package dataset-fashion-mnist: there is no apt-get and dpkg-deb on this machine", lines[4]);
        Assert.Equal(
            $"Put the four files ({string.Join(", ", Names)}; .gz or plain) into {Target}, "
            + "or name their directory by --data DIR or VAE_DATA, or use the committed sample: --data sample.",
            lines[5]);
        Assert.Empty(Left());
    }

    [Fact]
    public void An_address_that_does_not_answer_is_named_with_the_reason()
    {
        string message = Assert.Throws<FileNotFoundException>(() => Fetch(Sources(new Uri("http://127.0.0.1:9/")))).Message;
        Assert.Contains($"  http://127.0.0.1:9/{Names[1]}.gz: ", message, StringComparison.Ordinal);
        Assert.Contains("connect", message, StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_damaged_cache_is_not_hidden_by_another_place()
    {
        _folder.CopySample("system");
        _folder.CopySample("data", "fashion-mnist");
        string path = Path.Combine(Target, Names[3] + ".gz");
        File.WriteAllBytes(path, IdxBytes.Gzip(IdxBytes.Array(1000)));
        string message = Assert.Throws<InvalidDataException>(() => Load(null, Sources())).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.EndsWith("Delete the file to have it fetched again.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_installed_package_is_copied_without_running_anything()
    {
        _folder.CopySample("system");
        var log = new Lines();
        (string directory, string? source) = Fetch(Sources(), log);
        Assert.Equal((Target, "Debian package dataset-fashion-mnist"), (directory, source));
        Assert.True(Verify(Target).IsValid);
        Assert.Equal(4, Left().Length);
        Assert.EndsWith("there is no curl on this machine", Assert.Single(log.Reported), StringComparison.Ordinal);
    }

    // What each run of apt-get and dpkg-deb returns; whether root; the runs expected; whether the files are there in the end.
    public static TheoryData<string, bool, string[], bool> Packages => new()
    {
        { "", false, ["apt-get download", "dpkg-deb -x"], true },
        { "download", false, ["apt-get download"], false },
        { "first download", true, ["apt-get download", "apt-get update", "apt-get download", "dpkg-deb -x"], true },
        { "download", true, ["apt-get download", "apt-get update", "apt-get download", "apt-get install"], true },
        { "download update", true, ["apt-get download", "apt-get update", "apt-get install"], true },
        { "download update install", true, ["apt-get download", "apt-get update", "apt-get install"], false },
        { "-x", false, ["apt-get download", "dpkg-deb -x"], false },
        { "-x install", true, ["apt-get download", "dpkg-deb -x", "apt-get install"], false },
    };

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_package_is_got_without_root_where_possible(string failing, bool isRoot, string[] expected, bool succeeds)
    {
        string workingDirectory = "";
        int downloads = 0;
        var commands = new FakeCommands
        {
            Programs = ["apt-get", "dpkg-deb"],
            Run = (_, action, folder) =>
            {
                workingDirectory = folder;
                if (action == "download" && failing == "first download")
                    return ++downloads == 1 ? 100 : Package(folder, action);
                return failing.Split(' ').Contains(action) ? 100 : Package(folder, action);
            },
        };
        FashionMnistSources sources = Sources(commands: commands, isRoot: isRoot);
        if (succeeds)
        {
            Assert.Equal("Debian package dataset-fashion-mnist", Fetch(sources).Source);
            Assert.True(Verify(Target).IsValid);
        }
        else
        {
            string message = Assert.Throws<FileNotFoundException>(() => Fetch(sources)).Message;
            foreach (string action in failing.Split(' '))
                Assert.Contains($"failed with exit code 100 (E: {action} did not work)", message, StringComparison.Ordinal);
            Assert.Empty(Left());
        }

        Assert.Equal(expected, commands.Calls);
        Assert.False(Directory.Exists(workingDirectory));
    }

    [Fact]
    public void A_package_with_other_files_is_refused()
    {
        var commands = new FakeCommands
        {
            Programs = ["apt-get", "dpkg-deb"],
            Run = (_, action, folder) =>
            {
                Package(folder, action);
                string images = Path.Combine(folder, "usr/share/datasets/fashion-mnist", Names[0] + ".gz");
                if (action == "-x")
                    File.WriteAllBytes(images, IdxBytes.Gzip(IdxBytes.Array(9)));
                return 0;
            },
        };
        string message = Assert.Throws<FileNotFoundException>(() => Fetch(Sources(commands: commands))).Message;
        Assert.Contains($"{Names[0]}.gz is not {Names[0]} of Fashion-MNIST", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Left(), name => name.StartsWith(Names[0], StringComparison.Ordinal));
    }

    // What apt-get and dpkg-deb would leave behind.
    private int Package(string folder, string action)
    {
        if (action == "download")
            File.WriteAllText(Path.Combine(folder, "dataset-fashion-mnist_0_all.deb"), "");
        if (action is "-x" or "install")
        {
            string unpacked = action == "install" ? _folder["system"] : Path.Combine(folder, "usr/share/datasets/fashion-mnist");
            Directory.CreateDirectory(unpacked);
            foreach (string name in Names)
                File.Copy(Path.Combine(TemporaryFolder.Sample, name + ".gz"), Path.Combine(unpacked, name + ".gz"));
        }

        return 0;
    }

    private static LoopbackServer.Reply Bad(string kind, byte[] file)
    {
        switch (kind)
        {
            case "missing":
                return LoopbackServer.Status("404 Not Found", "no such key"u8.ToArray());
            case "closed":
                return LoopbackServer.Ok(file[..^5], declared: file.Length);
            case "cut":
                return LoopbackServer.Ok(file[..^5]);
            case "flipped":
                file[^6] ^= 4;
                return LoopbackServer.Ok(file);
            case "foreign":
                return LoopbackServer.Ok(IdxBytes.Gzip(IdxBytes.Array(1000)));
            case "page":
                return LoopbackServer.Ok("<html>Please log in</html>"u8.ToArray());
            case "silent":
                return new LoopbackServer.Reply([], StaysOpen: true);
            case "stalled":
                return LoopbackServer.Ok(file[..^5], declared: file.Length) with { StaysOpen = true };
            case "endless":
                return new LoopbackServer.Reply([.. "HTTP/1.1 200 OK\r\n\r\n"u8, .. new byte[65 << 20]], StaysOpen: true);
            case "huge":
                return LoopbackServer.Ok(file, declared: (64 << 20) + 1);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private sealed class Lines : IProgress<string>
    {
        public List<string> Reported { get; } = [];

        public void Report(string value) => Reported.Add(value);
    }
}
