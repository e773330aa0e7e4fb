// vae study and vae verify: the same bytes however a study was made, and every line can be derived again.
using System.Globalization;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Tests;

public sealed class StudyTests : IDisposable
{
    private static readonly string[] Three = ["--held-out", "0", "--beta", "0.1,1,5", "--threads", "2"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A study into NAME.csv with its models in NAME.
    private string[] Study(string name, params string[] more) =>
    [
        "study", "--data", "sample", "--epochs", "1", "--hidden", "32", "--latent", "2", "--seeds", "0", "--scores", "mse,kl,summary",
        "--out", _folder[name + ".csv"], "--runs", _folder[name], .. more,
    ];

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[name + ".csv"]);

    private static int Rows(Outcome outcome) => outcome.Error.Split('\n').Count(line => line.StartsWith('['));

    [Fact]
    public void A_study_in_parts_equals_one_in_one_go_and_what_is_trained_is_not_trained_again()
    {
        string[] four = ["--held-out", "9,0", "--beta", "10,1"];
        var whole = VaeProcess.Run(Study("whole", four));
        Assert.Equal((0, 4), (whole.ExitCode, Rows(whole)));
        Assert.Contains($"4 models in {_folder["whole.csv"]}.", whole.Output, StringComparison.Ordinal);
        Assert.Contains("[4/4] class", whole.Error, StringComparison.Ordinal);
        var store = StudyStore.Read(_folder["whole.csv"]);
        Assert.Equal([(0, 1), (0, 10), (9, 1), (9, 10)], store.Lines.Select(row => (row.Settings.HeldOut, (int)row.Settings.Beta)));
        Assert.All(store.Lines, row => Assert.InRange(row.Figure(store.Columns.IndexOf("summary.auroc")), 0.2, 0.99));

        VaeProcess.Run(Study("parts", "--held-out", "9", "--beta", "10"));
        var rest = VaeProcess.Run(Study("parts", four));
        Assert.Equal((0, 3), (rest.ExitCode, Rows(rest)));
        Assert.Equal(Bytes("whole"), Bytes("parts"));

        // All there: nothing changes. The file gone: it comes from the models.
        var before = _folder.Snapshot();
        Assert.Equal(0, Rows(VaeProcess.Run(Study("parts", four))));
        Assert.Equal(before, _folder.Snapshot());
        File.Delete(_folder["parts.csv"]);
        var models = Directory.GetFiles(_folder["parts"], "run.json", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);
        VaeProcess.Run(Study("parts", four));
        Assert.Equal(before, _folder.Snapshot());
        Assert.All(models, model => Assert.Equal(model.Value, File.GetLastWriteTimeUtc(model.Key)));
    }

    [Fact]
    public void Jobs_threads_and_instruction_set_change_no_byte()
    {
        string[] two = ["--held-out", "1,5", "--beta", "1", "--likelihood", "gaussian", "--denoise", "0.1"];
        VaeProcess.Run(Study("plain", [.. two, "--jobs", "1", "--threads", "1"]));
        Assert.Equal(3, File.ReadAllLines(_folder["plain.csv"]).Length);
        string[][] ways = [["--jobs", "2", "--threads", "2"], ["--jobs", "1", "--threads", "3"], ["--isa", "scalar"]];
        foreach (var way in ways)
        {
            var name = string.Concat(way);
            Assert.Equal(0, VaeProcess.Run(Study(name, [.. two, .. way])).ExitCode);
            Assert.Equal(Bytes("plain"), Bytes(name));
        }
    }

    [Theory]
    [InlineData("KILL", 137, 5)]
    [InlineData("KILL", 137, 60)]
    [InlineData("INT", 130, 30)]
    public void A_study_that_is_stopped_at_any_moment_goes_on_to_the_same_bytes(string signal, int exitCode, int delay)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using (var process = VaeProcess.Start(Study("stopped", [.. Three, "--isa", "scalar", "--jobs", "1"])))
        {
            process.WaitForError("[1/3]");
            Thread.Sleep(delay);
            process.Signal(signal);
            Assert.Equal(exitCode, process.Wait().ExitCode);
        }

        // Whole: it can be read.
        var done = StudyStore.Read(_folder["stopped.csv"]).Lines.Length;
        Assert.InRange(done, 1, 2);
        var resumed = VaeProcess.Run(Study("stopped", Three));
        Assert.Equal((0, 3 - done), (resumed.ExitCode, Rows(resumed)));
        Assert.Empty(Directory.GetFiles(_folder.Path, ".*"));
        Assert.Equal(Unbroken.Value, File.ReadAllText(_folder["stopped.csv"]));
    }

    // Made once for all moments.
    private static readonly Lazy<string> Unbroken = new(() =>
    {
        using var test = new StudyTests();
        VaeProcess.Run(test.Study("unbroken", Three));
        return File.ReadAllText(test._folder["unbroken.csv"]);
    });

    [Fact]
    public void A_line_is_derived_again_and_what_was_tampered_with_is_told()
    {
        VaeProcess.Run(Study("study", "--held-out", "0,7", "--beta", "1", "--warm-up", "1", "--calibration", "300"));
        var path = _folder["study.csv"];
        var verified = VaeProcess.Run("verify", "--study", path, "--row", "2", "--threads", "3", "--isa", "scalar");
        Assert.Equal(0, verified.ExitCode);
        var row = StudyStore.Read(path).Lines[1];
        Assert.Contains($"Row 2 of {path} is reproduced: weights {row.WeightsSha256}, and all 22 figures.", verified.Output, StringComparison.Ordinal);

        void AssertFails(string good, string tampered, string difference)
        {
            var lines = File.ReadAllLines(path);
            Assert.Equal(2, lines[2].Split(good).Length);
            File.WriteAllLines(_folder["tampered.csv"], [lines[0], lines[1], lines[2].Replace(good, tampered, StringComparison.Ordinal)]);
            var outcome = VaeProcess.Run("verify", "--study", _folder["tampered.csv"], "--row", "2");
            Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
            Assert.Equal($"vae: Row 2 of {_folder["tampered.csv"]} is not reproduced: {difference}.", outcome.Error.Split('\n')[^1]);
        }

        var columns = StudyStore.Read(path).Columns;
        var auprc = row.Figures[columns.IndexOf("kl.auprc")];
        var other = (row.Figure(columns.IndexOf("kl.auprc")) + 0.000001).ToString("F6", CultureInfo.InvariantCulture);
        AssertFails(auprc, other, $"kl.auprc is {auprc}, {other} in the file");
        var weights = (row.WeightsSha256[0] == '0' ? "1" : "0") + row.WeightsSha256[1..];
        AssertFails(row.WeightsSha256, weights, $"the weights are {row.WeightsSha256}, {weights} in the file");
    }

    private const string Columns =
        "data,heldOut,latent,beta,hidden,epochs,batch,learningRate,seed,variant,weightsSha256,"
        + "trainLoss,trainReconstruction,trainKl,normalMse,normalCrossEntropy,normalKl,activeUnits,mse.auroc,mse.half95,mse.auprc,mse.fpr95,mse.tpr05";

    private static readonly string Line = $"fashion-mnist-sample,0,2,1,32,1,128,0.001,0,,{new string('a', 64)}{string.Concat(Enumerable.Repeat(",1.500000", 12))}";

    [Theory]
    [InlineData("--row 0", "--row is 0", "1 to 1")]
    [InlineData("--row 2", "--row is 2", "1 to 1")]
    [InlineData("--row x", "--row")]
    [InlineData("", "--row", "required")]
    [InlineData("--row 1 --threads 0", "--threads", "1 to 256")]
    [InlineData("--row 1 --isa avx9", "avx9", "available")]
    public void Verify_refuses_a_wrong_option(string options, params string[] words)
    {
        File.WriteAllLines(_folder["study.csv"], [Columns, Line]);
        VaeProcess.Run(["verify", "--study", _folder["study.csv"], .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).AssertRefused(words);
    }

    [Fact]
    public void Verify_refuses_a_file_that_is_missing_damaged_or_of_another_version()
    {
        void AssertRefused(string[] lines, params string[] words)
        {
            File.WriteAllLines(_folder["study.csv"], lines);
            VaeProcess.Run("verify", "--study", _folder["study.csv"], "--row", "1", "--data", "sample").AssertRefused(words);
        }

        VaeProcess.Run("verify", "--study", _folder["none.csv"], "--row", "1").AssertRefused("no study at", "none.csv");
        VaeProcess.Run("verify", "--study", _folder.Path, "--row", "1").AssertRefused("no study at");
        AssertRefused([], "study.csv", "empty");
        AssertRefused([Columns], "holds no model");
        AssertRefused([Columns, Line + ",1"], "line 2", "24 fields", "23");
        AssertRefused([Columns + ",oracle.auroc", Line + ",1.000000"], "'oracle.auroc'", "of this version");
        AssertRefused([Columns, Line.Replace("-sample", "", StringComparison.Ordinal)], "of fashion-mnist, not of fashion-mnist-sample");
    }

    [Theory]
    [InlineData("--scores best", "no score 'best'", "'cheap'")]
    [InlineData("--scores mse,mse", "'mse'", "twice")]
    [InlineData("--held-out 0,10", "class", "10", "0 to 9")]
    [InlineData("--latent 2,2", "latent", "twice")]
    [InlineData("--beta 1,1.0", "beta", "twice")]
    [InlineData("--seeds 0,1,0", "seed 0", "twice")]
    [InlineData("--seeds -1", "--seeds", "'-1'", "0 or more")]
    [InlineData("--jobs 3 --threads 2", "jobs", "3", "1 to 2")]
    [InlineData("--hidden 65536,65536", "parameters")]
    [InlineData("--likelihood poisson", "likelihood", "'poisson'")]
    [InlineData("--calibration 2700", "calibration", "2700", "0 to 2699")]
    [InlineData("--isa avx9", "avx9", "available")]
    [InlineData("--seed 1", "--seed", "vae study --help")]
    public void Study_refuses_a_wrong_option_before_anything_is_made(string options, params string[] words)
    {
        VaeProcess.Run(["study", "--data", "sample", "--out", _folder["new", "study.csv"], "--runs", _folder["runs"], .. options.Split(' ')]).AssertRefused(words);
        Assert.Empty(_folder.Snapshot());
    }

    [Fact]
    public void Study_refuses_a_file_of_another_study_and_leaves_it_alone()
    {
        void AssertRefused(string[] lines, params string[] words)
        {
            File.WriteAllLines(_folder["study.csv"], lines);
            var before = _folder.Snapshot();
            VaeProcess.Run("study", "--data", "sample", "--scores", "mse", "--out", _folder["study.csv"], "--runs", _folder["runs"]).AssertRefused(words);
            Assert.Equal(before, _folder.Snapshot());
        }

        AssertRefused([Columns.Replace("mse.", "kl.", StringComparison.Ordinal)], "'kl.auroc' is where 'mse.auroc' is expected", "another file");
        AssertRefused([Columns, Line.Replace("-sample", "", StringComparison.Ordinal)], "of fashion-mnist, not of fashion-mnist-sample", "another file");
        AssertRefused([Columns, Line[..^1]], "line 2", "'1.50000'");
        AssertRefused([""], "line 1", "columns");
    }

    [Fact]
    public void A_loss_that_is_no_longer_finite_names_its_model()
    {
        var outcome = VaeProcess.Run(Study("study", "--held-out", "3", "--beta", "1", "--lr", "1e30"));
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        outcome.AssertOneSentence("held-out-3", "no longer finite");
        Assert.Single(File.ReadAllLines(_folder["study.csv"]));
    }

    [Theory]
    [InlineData("study")]
    [InlineData("verify")]
    public void Help_ends_with_an_example_and_fits_80_columns(string command)
    {
        var outcome = VaeProcess.Run(command, "--help");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains($"  vae {command}", outcome.Output[outcome.Output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }
}
