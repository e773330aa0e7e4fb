// Finding, loading and verifying; fetching has its own file.
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

public class FashionMnistTests
{
    private static readonly string[] Names = [.. FashionMnistEdition.FileNames];

    // Looks nowhere outside the folder, and cannot fetch.
    private static FashionMnistSources Inside(TemporaryFolder folder) => new()
    {
        EnvironmentDirectory = null,
        StartDirectories = [folder.Path],
        SystemDirectory = folder["system"],
        AllowFetch = false,
    };

    private static FashionMnist Load(string? directory, FashionMnistSources sources) =>
        FashionMnist.Load(directory, sources, log: null, TestContext.Current.CancellationToken);

    private static FashionMnistVerification Verify(string directory) =>
        FashionMnist.Verify(directory, TestContext.Current.CancellationToken);

    [Fact]
    public void The_sample_is_the_pinned_one_and_balanced()
    {
        var sources = new FashionMnistSources { EnvironmentDirectory = null, StartDirectories = [AppContext.BaseDirectory] };
        FashionMnist data = Load("sample", sources);
        Assert.True(data.IsSample);
        Assert.Equal(TemporaryFolder.Sample, data.Directory);
        Assert.Equal("data/sample, by the directory given", data.Source);
        Assert.Equal((3000, 28, 28), (data.Train.Count, data.Train.Height, data.Train.Width));
        Assert.Equal((1000, 784), (data.Test.Count, data.Test.Features));
        for (byte label = 0; label < FashionMnist.ClassNames.Length; label++)
        {
            Assert.Equal(300, data.Train.Labels.Count(label));
            Assert.Equal(100, data.Test.Labels.Count(label));
        }

        Assert.Equal(Names, data.Sha256.Keys);
        Assert.All(data.Sha256, pair => Assert.Equal(FashionMnistEdition.Sample.Sums[pair.Key], pair.Value));
        Assert.Equal(10, FashionMnist.ClassNames.Length);

        // The first training image of the whole set is an ankle boot, the first test image too: order is kept.
        Assert.Equal(("Ankle boot", "Ankle boot"), (FashionMnist.ClassNames[data.Train.Label(0)], FashionMnist.ClassNames[data.Test.Label(0)]));
    }

    // What it does with the whole set is seen by every line of results/held-back.csv that is derived again.
    [Fact]
    public void Nothing_is_held_back_of_the_sample()
    {
        var sources = new FashionMnistSources { EnvironmentDirectory = "sample", StartDirectories = [AppContext.BaseDirectory] };
        var message = Assert.Throws<InvalidDataException>(() => Load("held-back", sources)).Message;
        Assert.Equal($"{TemporaryFolder.Sample} holds the sample; expected the whole set, of which 'held-back' is a part.", message);
    }

    [Fact]
    public void The_committed_sample_stays_small()
    {
        long bytes = new DirectoryInfo(TemporaryFolder.Sample).EnumerateFiles("*.gz").Sum(file => file.Length);
        Assert.InRange(bytes, 1, 2_500_000);
    }

    [Fact]
    public void Places_are_tried_in_order_and_the_best_wins()
    {
        using var folder = new TemporaryFolder();
        FashionMnistSources sources = Inside(folder);
        Assert.Null(FashionMnist.Find(null, sources).Directory);

        FashionMnistSearch search = FashionMnist.Find(null, Inside(folder) with { SystemDirectory = folder.CopySample("system") });
        Assert.Equal((folder["system"], false), (search.Directory, search.IsExplicit));
        Assert.Equal(folder["data", "fashion-mnist"], Assert.Single(search.Tried).Place);

        folder.CopySample("data", "fashion-mnist");
        search = FashionMnist.Find(null, sources);
        Assert.Equal((folder["data", "fashion-mnist"], "data/fashion-mnist"), (search.Directory, search.Source));

        FashionMnistSources withVariable = sources with { EnvironmentDirectory = folder.CopySample("variable") };
        search = FashionMnist.Find("", withVariable);
        Assert.Equal((folder["variable"], "VAE_DATA", true), (search.Directory, search.Source, search.IsExplicit));

        search = FashionMnist.Find(folder.CopySample("given"), withVariable);
        Assert.Equal((folder["given"], "the directory given", true), (search.Directory, search.Source, search.IsExplicit));

        Assert.Equal(folder.CopySample("data", "sample"), FashionMnist.Find("sample", withVariable).Directory);
        Assert.Equal(folder["data", "sample"], FashionMnist.Find(null, sources with { EnvironmentDirectory = "sample" }).Directory);
    }

    [Fact]
    public void A_directory_asked_for_is_not_replaced_by_another()
    {
        using var folder = new TemporaryFolder();
        folder.CopySample("data", "fashion-mnist");
        FashionMnistSources sources = Inside(folder) with { AllowFetch = true, Commands = new FakeCommands() };
        string empty = Directory.CreateDirectory(folder["empty"]).FullName;
        string absent = folder["absent"];

        string message = Assert.Throws<FileNotFoundException>(() => Load(absent, sources)).Message;
        Assert.Equal($"Fashion-MNIST is not in the directory given: {absent}: there is no such directory.", message);
        message = Assert.Throws<FileNotFoundException>(() => Load(null, sources with { EnvironmentDirectory = empty })).Message;
        Assert.StartsWith($"Fashion-MNIST is not in VAE_DATA: {empty}: it lacks {string.Join(", ", Names)}", message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Load("sample", sources));

        foreach (string name in Names)
        {
            string partial = folder.CopySample("partial");
            File.Delete(Path.Combine(partial, name + ".gz"));
            message = Assert.Throws<FileNotFoundException>(() => Load(partial, sources)).Message;
            Assert.Contains($"it lacks {name} (.gz or plain)", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_repository_is_found_from_a_folder_below_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["VaeFromScratch.sln"], "");
        string sample = folder.CopySample("data", "sample");
        string below = Directory.CreateDirectory(folder["a", "b"]).FullName;
        string elsewhere = Directory.CreateTempSubdirectory("vae-test-").FullName;
        try
        {
            FashionMnistSources sources = Inside(folder);
            Assert.Equal(sample, FashionMnist.Find("sample", sources with { StartDirectories = [below] }).Directory);
            Assert.Equal(sample, FashionMnist.Find("sample", sources with { StartDirectories = [elsewhere, below] }).Directory);
            Assert.Null(FashionMnist.Find("sample", sources with { StartDirectories = [elsewhere] }).Directory);
        }
        finally
        {
            Directory.Delete(elsewhere);
        }
    }

    [Fact]
    public void Plain_files_serve_as_well()
    {
        using var folder = new TemporaryFolder();
        string directory = folder.CopySample("mixed");
        foreach (string name in Names.Where((_, index) => index % 2 == 0))
        {
            string path = Path.Combine(directory, name);
            IdxArray array = IdxFile.Read(path + ".gz");
            File.WriteAllBytes(path, [.. IdxBytes.Header([.. array.Dimensions.Select(size => (uint)size)]), .. array.Data]);
            File.Delete(path + ".gz");
        }

        FashionMnist data = Load(directory, Inside(folder));
        Assert.Equal((3000, 1000), (data.Train.Count, data.Test.Count));
        Assert.Equal("", Path.GetExtension(Verify(directory).Files[0].Path));
    }

    [Fact]
    public void Another_data_set_of_the_same_names_is_refused()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in Names)
        {
            string directory = folder.CopySample("other");
            string path = Path.Combine(directory, name + ".gz");
            IdxArray array = IdxFile.Read(path);
            array.Data[^1] ^= 1;
            File.WriteAllBytes(path, IdxBytes.Gzip([.. IdxBytes.Header([.. array.Dimensions.Select(size => (uint)size)]), .. array.Data]));

            string message = Assert.Throws<InvalidDataException>(() => Load(directory, Inside(folder))).Message;
            Assert.Equal(
                $"{path} is not {name} of Fashion-MNIST (the sample): the SHA-256 of its content is {array.ComputeSha256()}, "
                + $"expected {FashionMnistEdition.Sample.Sums[name]}.",
                message);
            FashionMnistVerification verification = Verify(directory);
            Assert.False(verification.IsValid);
            Assert.Equal(message, Assert.Single(verification.Files, file => file.Problem is not null).Problem);
        }

        foreach (string name in Names)
            File.WriteAllBytes(folder["other", name + ".gz"], IdxBytes.Gzip(IdxBytes.Array(2)));
        string foreign = Assert.Throws<InvalidDataException>(() => Load(folder["other"], Inside(folder))).Message;
        Assert.EndsWith($"expected {FashionMnistEdition.Whole.Sums[Names[0]]}.", foreign, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_reports_every_file_and_does_not_throw()
    {
        using var folder = new TemporaryFolder();
        string directory = folder.CopySample("checked");
        FashionMnistVerification good = Verify(directory);
        Assert.True(good.IsValid && good.IsSample);
        Assert.Equal(Names, good.Files.Select(file => file.Name));

        File.Delete(Path.Combine(directory, Names[1] + ".gz"));
        File.WriteAllBytes(Path.Combine(directory, Names[2] + ".gz"), [1, 2, 3]);
        FashionMnistVerification bad = Verify(directory);
        Assert.False(bad.IsValid);
        Assert.True(bad.IsSample);
        Assert.Null(bad.Files[0].Problem);
        Assert.Equal($"{directory} lacks {Names[1]} (.gz or plain).", bad.Files[1].Problem);
        Assert.Contains("the file ends after 3 bytes", bad.Files[2].Problem, StringComparison.Ordinal);
        Assert.Null(bad.Files[3].Problem);

        Assert.All(Verify(folder["absent"]).Files, file => Assert.NotNull(file.Problem));
    }

    [Fact]
    public void Without_fetching_the_failure_says_what_was_tried()
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<FileNotFoundException>(() => Load(null, Inside(folder))).Message;
        Assert.Equal(
            "Fashion-MNIST was not found, and fetching it was not allowed. Tried: "
            + $"{folder["data", "fashion-mnist"]}: there is no such directory; {folder["system"]}: there is no such directory.",
            message);
    }

    [Fact]
    public void Loading_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => FashionMnist.Load(TemporaryFolder.Sample, null, null, cancelled.Token));
    }
}
