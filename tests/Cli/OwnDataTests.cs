// vae train --input and vae score: own data from the file to the line of scores.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Tests;

public sealed class OwnDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_is_trained_on_and_scored_row_by_row()
    {
        // Rows that are left out may hold anything.
        Write("normal.csv", "a,b,c,state\n" + Rows(300, "ok") + "1,2,3,bad\n1.2,ERR,-Infinity,fault\n");
        Train("normal.csv", "--label", "state", "--normal", "ok").AssertDone("Trained on 270 rows of 3 values; 30 more kept for the threshold.");
        // The columns in another order, a row with a cell too few, a cell that is no number, a missing value, and numbers that do not belong together.
        Write("new.csv", "state,c,a,b\nok,2,0,-1\n?,3,1\n?,x,1,2\n?,,1,2\n?,-3,9,9\n");
        var outcome = Run("score", _folder["run"], "--input", _folder["new.csv"], "--label", "state", "--explain", _folder["why"]);
        Assert.Equal(1, outcome.ExitCode);
        var lines = Lines(outcome.Output);
        Assert.Equal("row,name,label,score,pValue,PredictedLabel,problem", lines[0]);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("1,1,ok,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",false,", lines[1], StringComparison.Ordinal);
        Assert.Equal("2,2,,,,,line 3 has 3 cells; expected 4.", lines[2]);
        Assert.Equal("3,3,?,,,,'c' in line 4 is 'x'; expected a finite number.", lines[3]);
        Assert.Equal("4,4,?,,,,\"'c' has no value, and the model was trained without missing ones.\"", lines[4]);
        Assert.Contains(",true,", lines[5], StringComparison.Ordinal);
        Assert.Equal(["5 rows, 1 above the threshold", "vae: 3 of 5 rows could not be scored; the first is row 2: line 3 has 3 cells; expected 4."],
            Lines(outcome.Error).Select(line => line.StartsWith('5') ? line[..29] : line));

        var features = Lines(File.ReadAllText(Path.Combine(_folder["why"], "features.csv")));
        Assert.Equal("row,name,rank,feature,value,expected,deviations", features[0]);
        Assert.Equal(4, features.Length);
        Assert.StartsWith("5,5,1,", features[1], StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], features[1..].Select(line => line.Split(',')[3]).Order());
    }

    [Fact]
    public void The_same_scores_come_out_in_every_form_whatever_the_threads_and_kernel()
    {
        Write("normal.csv", Rows(200, null));
        Train("normal.csv").AssertDone("180 rows of 3 values");
        Write("new.csv", Rows(5000, null, start: 1000));
        var csv = Run("score", _folder["run"], "--input", _folder["new.csv"]);
        Assert.Equal(0, csv.ExitCode);
        string[] expected = [.. Lines(csv.Output).Skip(1).Select(line => line.Split(',')[3])];
        Assert.Equal(5000, expected.Length);

        Assert.Equal(csv.Output, Run("score", _folder["run"], "--input", _folder["new.csv"], "--threads", "1", "--isa", "scalar").Output);
        var json = Lines(Run("score", Path.Combine(_folder["run"], "model.safetensors"), "--input", _folder["new.csv"], "--format", "jsonl").Output);
        for (var i = 0; i < expected.Length; i += 611)
            Assert.Contains($"{{\"row\":{(i + 1).ToString(CultureInfo.InvariantCulture)},\"name\":\"{(i + 1).ToString(CultureInfo.InvariantCulture)}\",\"score\":{expected[i]},\"pValue\":", json[i], StringComparison.OrdinalIgnoreCase);

        Assert.Equal(0, Run("score", _folder["run"], "--input", _folder["new.csv"], "--format", "npy", "--out", _folder["scores.npy"]).ExitCode);
        var npy = File.ReadAllBytes(_folder["scores.npy"]);
        Assert.Contains("'shape': (5000, 3)", Encoding.ASCII.GetString(npy, 0, 128), StringComparison.Ordinal);
        var header = npy.Length - 5000 * 12;
        for (var i = 0; i < expected.Length; i += 611) Assert.Equal(float.Parse(expected[i], CultureInfo.InvariantCulture), BitConverter.ToSingle(npy, header + 12 * i));

        // A row alone has the score it has among others.
        Write("one.csv", Rows(1, null, start: 1006));
        Assert.Equal(expected[6], Lines(Run("score", _folder["run"], "--input", _folder["one.csv"], "--no-header").Output)[1].Split(',')[3]);
    }

    [Fact]
    public void A_file_larger_than_the_memory_that_may_be_taken_is_scored()
    {
        // 80 MB of rows, and a heap of 40 MiB.
        const int rows = 200_000, columns = 100, heap = 40 << 20;
        var limited = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture) };
        var row = new float[columns];
        void WriteRows(string name, int count)
        {
            using var stream = File.Create(_folder[name]);
            var file = new NpyFile(stream, columns);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < columns; j++) row[j] = (i * 37 + j * 53) % 101 / 25f - 2;
                file.Write(row);
            }

            file.Finish();
        }

        WriteRows("few.npy", 300);
        Train("few.npy", "--hidden", "8", "--latent", "2", "--epochs", "2").AssertDone("270 rows of 100 values");
        WriteRows("many.npy", rows);
        Assert.True(new FileInfo(_folder["many.npy"]).Length > 1.5 * heap);
        var outcome = VaeProcess.Run(limited, "score", _folder["run"], "--input", _folder["many.npy"], "--out", _folder["scores.csv"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(rows + 1, File.ReadLines(_folder["scores.csv"]).Count());
    }

    [Fact]
    public void Images_of_the_sample_are_scored_and_the_anomalous_ones_shown()
    {
        var sample = Path.Combine(ReadmeTests.RepositoryRoot(), "data", "sample");
        Train(Path.Combine(sample, "t10k-images-idx3-ubyte.gz"), "--epochs", "2", "--hidden", "32").AssertDone("Trained on 900 images of 28 x 28 pixels; 100 more kept");
        var outcome = Run("score", _folder["run"], "--input", Path.Combine(sample, "t10k-images-idx3-ubyte.gz"), "--alpha", "0.1", "--explain", _folder["why"]);
        Assert.Equal(0, outcome.ExitCode);
        var anomalous = Lines(outcome.Output).Count(line => line.Contains(",true,", StringComparison.Ordinal));
        // Most of these images were trained on, and score lower than new ones: a tenth is called anomalous of new ones.
        Assert.InRange(anomalous, 10, 150);
        var images = Directory.GetFiles(_folder["why"], "row-*.png");
        Assert.Equal(anomalous, images.Length);
        Assert.Equal(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, File.ReadAllBytes(images[0])[..4]);
    }

    [Fact]
    public void A_model_of_the_data_set_scores_images_by_the_networks_scores()
    {
        Assert.Equal(0, Run("train", "--data", "sample", "--epochs", "1", "--latent", "2", "--hidden", "16", "--out", _folder["run"]).ExitCode);
        var images = Path.Combine(ReadmeTests.RepositoryRoot(), "data", "sample", "t10k-images-idx3-ubyte.gz");
        var outcome = Run("score", _folder["run"], "--input", images, "--score", "elbo");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(1001, Lines(outcome.Output).Length);
        Assert.EndsWith(",,,", Lines(outcome.Output)[1], StringComparison.Ordinal);
        Run("score", _folder["run"], "--input", images, "--alpha", "0.05").AssertRefused("--alpha is given", "no threshold of this score");
        Run("score", _folder["run"], "--input", images, "--score", "summary").AssertRefused("'summary'", "expected one of mse, bce, kl, elbo");
    }

    [Fact]
    public void Pixels_that_are_not_scaled_are_problems_of_their_rows()
    {
        Assert.Equal(0, Run("train", "--data", "sample", "--epochs", "1", "--latent", "2", "--hidden", "16", "--out", _folder["run"]).ExitCode);
        string Row(int divisor) => string.Join(',', Enumerable.Range(0, 784).Select(i => (i % 256 / (double)divisor).ToString(CultureInfo.InvariantCulture))) + "\n";
        Write("bytes.csv", Row(255) + Row(1));
        var outcome = Run("score", _folder["run"], "--input", _folder["bytes.csv"]);
        Assert.Equal(1, outcome.ExitCode);
        var lines = Lines(outcome.Output);
        Assert.EndsWith(",,,", lines[1], StringComparison.Ordinal);
        Assert.Equal("2,2,,,,,\"'column 3' is 2; expected a pixel from 0 to 1, as in training: divide by the largest that there can be.\"", lines[2]);
        outcome.AssertOneProblem("1 of 2 rows could not be scored; the first is row 2: 'column 3' is 2");
    }

    [Fact]
    public void The_folder_that_the_program_stands_in_gives_the_run_its_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no sh.");
        Directory.CreateDirectory(_folder["frames"]);
        for (var i = 0; i < 40; i++) File.WriteAllBytes(_folder["frames", $"{i}.png"], Png.Grey([.. Enumerable.Range(0, 64).Select(p => (byte)(i * 37 + p * 53))], 8, 8));
        using var process = VaeProcess.StartOther("sh", [], "-c", $"cd '{_folder["frames"]}' && {VaeProcess.QuotedCommand} train --input . --epochs 1 --hidden 4 --latent 1");
        process.Wait().AssertDone(Path.Combine("results", "frames", "model.safetensors"));
    }

    [Fact]
    public void A_name_from_a_file_commands_no_terminal()
    {
        Write("normal.csv", Rows(100, null));
        Train("normal.csv").AssertDone("81 rows");
        Write("header.csv", "a,b,\u001b[31mc\u202e,d\n1,2,3,4\n");
        Run("train", "--input", _folder["header.csv"], "--label", "x", "--out", _folder["refused"]).AssertRefused("a, b, ?[31mc");
        var outcome = Run("score", _folder["run"], "--input", _folder["normal.csv"], "--score", "\u001b]0;title\u0007\u202e");
        outcome.AssertRefused("--score is '?]0;title??'");
        Assert.Equal(-1, outcome.Error.AsSpan().IndexOfAny("\u001b\u0007\u202e"));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_bits()
    {
        Write("normal.csv", Rows(400, null));
        Train("normal.csv", "--epochs", "40").AssertDone("360 rows");
        var expected = File.ReadAllBytes(Path.Combine(_folder["run"], "model.safetensors"));
        string[] again = ["train", "--input", _folder["normal.csv"], "--epochs", "40", "--out", _folder["again"], "--checkpoint-every", "0"];
        using (var stopped = VaeProcess.Start(again))
        {
            stopped.WaitForError("epoch");
            stopped.Signal("KILL");
            stopped.Wait();
        }

        Assert.Equal(0, Run(again).ExitCode);
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(_folder["again"], "model.safetensors")));
    }

    [Fact]
    public void Wrong_input_is_told_in_one_sentence_and_nothing_is_written()
    {
        Write("normal.csv", Rows(100, null));
        Write("holes.csv", Rows(100, null) + "1,,3\n");
        Write("names.csv", "a,b,c\n" + Rows(100, null));
        void Refused(string[] arguments, params string[] words)
        {
            Run([.. arguments, "--out", _folder["refused"]]).AssertRefused(words);
            Assert.False(Path.Exists(_folder["refused"]));
        }

        Refused(["train", "--input", _folder["none.csv"]], "none.csv", "no such file");
        Refused(["train", "--input", _folder["holes.csv"]], "holes.csv: row 101: feature 2 has no value");
        Refused(["train", "--input", _folder["normal.csv"], "--normal", "ok"], "--normal is given without --label");
        Refused(["train", "--input", _folder["names.csv"], "--label", "state"], "state");
        Refused(["train", "--input", _folder["names.csv"], "--label", "a", "--normal", "no"], "no row with the label 'no'");
        Refused(["train", "--input", _folder["normal.csv"], "--held-out", "1"], "--held-out is given with --input");
        Refused(["train", "--input", _folder["normal.csv"], "--alpha", "0"], "false-alarm rate is 0");
        Refused(["train", "--input", _folder["normal.csv"], "--missing", "zero"], "--missing is 'zero'");
        Refused(["train", "--missing", "mean"], "--missing is given without --input");
        Refused(["train", "--input", ""], "--input is ''; expected the name of a file or folder");
        Refused(["train", "--input", _folder["normal.csv"], "--epochs", "6001"], "number of epochs is 6001", "1 to 6000");

        Train("normal.csv").AssertDone("81 rows");
        Refused(["score", _folder["run"]], "--input is missing");
        Refused(["score", _folder["run"], "--input", _folder["names.csv"], "--label", "a"], "names.csv");
        Refused(["score", _folder["run"], "--input", _folder["normal.csv"], "--format", "xml"], "--format is 'xml'");
        Refused(["score", _folder["run"], "--input", _folder["normal.csv"], "--alpha", "0.001"], "--alpha", "needs at least 999");
        Refused(["score", _folder["run"], "--input", _folder["normal.csv"], "--score", "mse"], "--score is 'mse'");
        Run("score", _folder["run"], "--input", _folder["normal.csv"], "--format", "npy").AssertRefused("--format npy is given without --out");
        Run("evaluate", _folder["run"], "--data", "sample").AssertRefused("detector of other data");

        // The model that is there stays.
        var before = _folder.Snapshot();
        Train("normal.csv", "--overwrite", "--hidden", "65536,65536").AssertRefused("parameters");
        Train("normal.csv", "--overwrite", "--epochs", "6001").AssertRefused("number of epochs");
        Run("score", _folder["run"], "--input", "").AssertRefused("--input is ''");
        foreach (var option in new[] { "--out", "--explain" }) Run("score", _folder["run"], "--input", _folder["normal.csv"], option, "").AssertRefused($"{option} is ''");
        foreach (var option in new[] { "--out", "--tensorboard" }) Run("train", "--input", _folder["normal.csv"], option, "").AssertRefused($"{option} is ''");
        Assert.Equal(before, _folder.Snapshot());
    }

    private Outcome Train(string input, params string[] options) => Run(["train", "--input", Path.IsPathRooted(input) ? input : _folder[input], "--out", _folder["run"], .. options]);

    private static Outcome Run(params string[] arguments) => VaeProcess.Run(arguments);

    private void Write(string name, string content) => File.WriteAllText(_folder[name], content);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Rows on a curve with a little noise, in whole hundredths, by a formula: c follows from a and b.
    private static string Rows(int count, string? label, int start = 0)
    {
        var text = new StringBuilder();
        for (var i = start; i < start + count; i++)
        {
            var (a, b) = (i * 37 % 101 / 25.0 - 2, i * 53 % 97 / 24.0 - 2);
            text.Append(CultureInfo.InvariantCulture, $"{a:0.00},{b:0.00},{2 * a - 2 * b + i * 7 % 13 / 50.0:0.00}{(label is null ? "" : ",")}{label}\n");
        }

        return text.ToString();
    }
}

internal static class OutcomeAssertions
{
    /// <summary>Asserts that the last line on stderr is a sentence that begins so.</summary>
    public static void AssertOneProblem(this Outcome outcome, string words) =>
        Assert.StartsWith($"vae: {words}", outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);

    /// <summary>Asserts that the program ended well and wrote this.</summary>
    public static void AssertDone(this Outcome outcome, string words)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains(words, outcome.Output, StringComparison.Ordinal);
    }
}
