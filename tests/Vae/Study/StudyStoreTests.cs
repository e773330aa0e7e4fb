// The file of a study: its order, what it refuses, and that it is always whole.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class StudyStoreTests : IDisposable
{
    private static readonly ImmutableArray<string> Columns = ["trainLoss", "mse.auroc"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string FilePath => _folder["study.csv"];

    [Fact]
    public void Rows_stand_by_class_latent_dimension_beta_and_seed_as_numbers_and_variants_after_plain_runs()
    {
        TrainingSettings plain = new() { HeldOut = 0, Latent = 2, Beta = 0.1 };
        TrainingSettings[] ordered =
        [
            plain, plain with { Seed = 2 }, plain with { Seed = 10 }, plain with { Beta = 0.1 + 1e-13 }, plain with { Beta = 5 }, plain with { Beta = 10 },
            plain with { Latent = 16 }, plain with { Latent = 100 }, plain with { HeldOut = 3 }, plain with { HeldOut = 9 },
            plain with { LearningRate = 0.01 }, plain with { Batch = 1000 }, plain with { Epochs = 100 },
            plain with { Hidden = [1000] }, plain with { Hidden = [400, 20] }, plain with { Hidden = [400, 100] },
            plain with { Calibration = 50 }, plain with { Denoise = 0.5, HeldOut = 1 }, plain with { Likelihood = Likelihood.Gaussian }, plain with { FreeBits = 0.25 },
            plain with { WarmUp = 5 }, plain with { WarmUp = 10 },
        ];
        var store = Open();
        foreach (var i in Enumerable.Range(0, ordered.Length).OrderBy(i => i * 7 % 22)) store.Add(Row(ordered[i]));
        string[] lines = [.. ordered.Select(settings => Line(Row(settings)))];
        Assert.Equal(lines, File.ReadAllLines(FilePath).Skip(1));
        Assert.Equal(lines, StudyStore.Read(FilePath).Rows.Select(Line));
        Assert.All(ordered, settings => Assert.Same(settings, store.Find(settings)!.Settings));
    }

    [Fact]
    public void No_two_settings_are_the_same_model()
    {
        // Every property of the settings, changed to another value: the order has to know each.
        var changed = typeof(TrainingSettings).GetProperties().Select(property =>
        {
            var settings = new TrainingSettings();
            object other = property.GetValue(settings) switch
            {
                int number => number + 1,
                double number => number + 1e-15,
                ulong number => number + 1,
                Likelihood => Likelihood.ContinuousBernoulli,
                ImmutableArray<int> => ImmutableArray.Create(399),
                var value => throw new InvalidOperationException($"No other value of {value} is known."),
            };
            property.SetValue(settings, other);
            return (property.Name, Settings: settings);
        }).ToArray();
        Assert.Equal(13, changed.Length);
        Assert.All(changed, setting => Assert.NotEqual(0, StudyOrder.Instance.Compare(new TrainingSettings(), setting.Settings)));
        Assert.All(changed, setting => Assert.Equal(0, StudyOrder.Instance.Compare(setting.Settings, setting.Settings with { })));
    }

    [Fact]
    public void A_row_takes_the_place_of_the_one_of_its_settings()
    {
        var store = Open();
        store.Add(Row(new TrainingSettings()));
        store.Add(Row(new TrainingSettings { Hidden = [400] }) with { Figures = ["3.000000", "0.250000"] });
        Assert.Equal(0.25, Assert.Single(StudyStore.Read(FilePath).Rows).Figure(1));
        Assert.Throws<ArgumentException>(() => store.Add(Row(new TrainingSettings()) with { Figures = ["3.000000"] }));
    }

    [Fact]
    public void A_file_that_is_opened_again_has_all_rows_and_the_same_bytes()
    {
        var store = Open();
        Assert.Equal([string.Join(',', [.. StudyRow.SettingColumns, .. Columns])], File.ReadAllLines(FilePath));
        foreach (var seed in new ulong[] { 3, 1, 2 }) store.Add(Row(new TrainingSettings { Seed = seed }));
        var bytes = File.ReadAllBytes(FilePath);
        Assert.Equal(3, Open().Rows.Count);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
        Assert.DoesNotContain((byte)'\r', bytes);
    }

    [Fact]
    public void Lines_that_were_put_in_another_order_are_counted_as_they_stand_and_written_in_order()
    {
        var store = Open();
        for (ulong seed = 0; seed < 3; seed++) store.Add(Row(new TrainingSettings { Seed = seed }));
        var bytes = File.ReadAllBytes(FilePath);
        var lines = File.ReadAllLines(FilePath);
        File.WriteAllLines(FilePath, [lines[0], lines[3], lines[1], lines[2]]);
        Assert.Equal([2UL, 0, 1], StudyStore.Read(FilePath).Lines.Select(row => row.Settings.Seed));
        Open();
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void The_file_is_replaced_as_a_whole()
    {
        var store = Open();
        using (var old = new StreamReader(FilePath))
        {
            store.Add(Row(new TrainingSettings()));
            // Whoever had opened the file goes on seeing the old one.
            Assert.Single(old.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.Equal(["study.csv"], _folder.Names());
    }

    [Fact]
    public void Two_processes_do_not_write_one_file_and_what_a_killed_one_left_is_removed()
    {
        File.WriteAllText(_folder[".vae-0123456789abcdef.tmp"], "half a file");
        using (StudyStore.Lock(FilePath))
        {
            Assert.Contains("another process", Assert.Throws<RunConflictException>(() => StudyStore.Lock(FilePath)).Message, StringComparison.Ordinal);
            StudyStore.Lock(_folder["other.csv"]).Dispose();
        }

        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Other_columns_are_refused_with_the_first_difference()
    {
        Open();
        string Refusal(params string[] columns) => Assert.Throws<InvalidDataException>(() => StudyStore.Open(FilePath, [.. columns], FashionMnistPart.Sample)).Message;
        Assert.Contains("'mse.auroc' is where 'kl.auroc' is expected; use another file.", Refusal("trainLoss", "kl.auroc", "mse.auroc"), StringComparison.Ordinal);
        Assert.Contains("nothing is where 'kl.auroc' is expected", Refusal("trainLoss", "mse.auroc", "kl.auroc"), StringComparison.Ordinal);
        Assert.Contains("'mse.auroc' is where nothing is expected", Refusal("trainLoss"), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_data_are_refused()
    {
        Open().Add(Row(new TrainingSettings()));
        var message = Assert.Throws<InvalidDataException>(() => StudyStore.Open(FilePath, Columns, FashionMnistPart.Whole)).Message;
        Assert.Contains("of fashion-mnist-sample, not of fashion-mnist; use another file.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_its_place_is_refused_before_any_model_is_trained()
    {
        Directory.CreateDirectory(FilePath);
        Assert.Contains("it is a folder", Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);
    }

    private StudyStore Open() => StudyStore.Open(FilePath, Columns, FashionMnistPart.Sample);

    private static string Line(StudyRow row) => string.Join(',', row.Fields.Select(CsvCell.Of));

    private static StudyRow Row(TrainingSettings settings) => new(FashionMnistPart.Sample, settings, new string('a', 64), ["531.250000", "0.750000"]);
}
