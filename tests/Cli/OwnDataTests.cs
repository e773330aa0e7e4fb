// vae train --input and vae score: own data from the file to the line of scores.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Tests;

public sealed class OwnDataTests : OwnData
{
    [Fact]
    public void A_table_is_trained_on_and_scored_row_by_row()
    {
        // Rows that are left out may hold anything.
        Write("normal.csv", "a,b,c,state\n" + Rows(300, "ok") + "1,2,3,bad\n1.2,ERR,-Infinity,fault\n");
        Train("normal.csv", "--label", "state", "--normal", "ok").AssertDone("Trained on 270 rows of 3 values; 30 more kept for the threshold.");
        // The columns in another order, a row with a cell too few, a cell that is no number, a missing value, and numbers that do not belong together.
        Write("new.csv", "state,c,a,b\nok,2,0,-1\n?,3,1\n?,x,1,2\n?,,1,2\n?,-3,9,9\n");
        var outcome = Run("score", this["run"], "--input", this["new.csv"], "--label", "state", "--explain", this["why"]);
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

        var features = Lines(File.ReadAllText(Path.Combine(this["why"], "features.csv")));
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
        var csv = Run("score", this["run"], "--input", this["new.csv"]);
        Assert.Equal(0, csv.ExitCode);
        string[] expected = [.. Lines(csv.Output).Skip(1).Select(line => line.Split(',')[3])];
        Assert.Equal(5000, expected.Length);

        Assert.Equal(csv.Output, Run("score", this["run"], "--input", this["new.csv"], "--threads", "1", "--isa", "scalar").Output);
        var json = Lines(Run("score", Path.Combine(this["run"], "model.safetensors"), "--input", this["new.csv"], "--format", "jsonl").Output);
        for (var i = 0; i < expected.Length; i += 611)
            Assert.Contains($"{{\"row\":{(i + 1).ToString(CultureInfo.InvariantCulture)},\"name\":\"{(i + 1).ToString(CultureInfo.InvariantCulture)}\",\"score\":{expected[i]},\"pValue\":", json[i], StringComparison.OrdinalIgnoreCase);

        Assert.Equal(0, Run("score", this["run"], "--input", this["new.csv"], "--format", "npy", "--out", this["scores.npy"]).ExitCode);
        var npy = File.ReadAllBytes(this["scores.npy"]);
        Assert.Contains("'shape': (5000, 3)", Encoding.ASCII.GetString(npy, 0, 128), StringComparison.Ordinal);
        var header = npy.Length - 5000 * 12;
        for (var i = 0; i < expected.Length; i += 611) Assert.Equal(float.Parse(expected[i], CultureInfo.InvariantCulture), BitConverter.ToSingle(npy, header + 12 * i));

        // A row alone has the score it has among others.
        Write("one.csv", Rows(1, null, start: 1006));
        Assert.Equal(expected[6], Lines(Run("score", this["run"], "--input", this["one.csv"], "--no-header").Output)[1].Split(',')[3]);
    }

    [Fact]
    public void Images_of_the_sample_are_scored_and_the_anomalous_ones_shown()
    {
        var sample = Path.Combine(ReadmeTests.RepositoryRoot(), "data", "sample");
        Train(Path.Combine(sample, "t10k-images-idx3-ubyte.gz"), "--epochs", "2", "--hidden", "32").AssertDone("Trained on 900 images of 28 x 28 pixels; 100 more kept");
        var outcome = Run("score", this["run"], "--input", Path.Combine(sample, "t10k-images-idx3-ubyte.gz"), "--alpha", "0.1", "--explain", this["why"]);
        Assert.Equal(0, outcome.ExitCode);
        var anomalous = Lines(outcome.Output).Count(line => line.Contains(",true,", StringComparison.Ordinal));
        // Most of these images were trained on, and score lower than new ones: a tenth is called anomalous of new ones.
        Assert.InRange(anomalous, 10, 150);
        var images = Directory.GetFiles(this["why"], "row-*.png");
        Assert.Equal(anomalous, images.Length);
        Assert.Equal(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, File.ReadAllBytes(images[0])[..4]);

        // Among new ones they would be taken for new.
        Run("score", this["run"], "--input", Path.Combine(sample, "t10k-images-idx3-ubyte.gz"), "--explain", this["why"]).AssertRefused("--explain", "row-", "without images of rows");
        Assert.Equal(images, Directory.GetFiles(this["why"]));
    }

    [Fact]
    public void A_model_of_the_data_set_scores_images_by_the_networks_scores()
    {
        Assert.Equal(0, Run("train", "--data", "sample", "--epochs", "1", "--latent", "2", "--hidden", "16", "--out", this["run"]).ExitCode);
        var images = Path.Combine(ReadmeTests.RepositoryRoot(), "data", "sample", "t10k-images-idx3-ubyte.gz");
        var outcome = Run("score", this["run"], "--input", images, "--score", "elbo");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(1001, Lines(outcome.Output).Length);
        Assert.EndsWith(",,,", Lines(outcome.Output)[1], StringComparison.Ordinal);
        Run("score", this["run"], "--input", images, "--alpha", "0.05").AssertRefused("--alpha is given", "no threshold of this score");
        Run("score", this["run"], "--input", images, "--score", "summary").AssertRefused("'summary'", "expected one of mse, bce, kl, elbo");
    }

    [Fact]
    public void The_folder_that_the_program_stands_in_gives_the_run_its_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no sh.");
        Directory.CreateDirectory(this["frames"]);
        for (var i = 0; i < 40; i++) File.WriteAllBytes(this["frames", $"{i}.png"], Png.Grey([.. Enumerable.Range(0, 64).Select(p => (byte)(i * 37 + p * 53))], 8, 8));
        using var process = VaeProcess.StartOther("sh", [], "-c", $"cd '{this["frames"]}' && {VaeProcess.QuotedCommand} train --input . --epochs 1 --hidden 4 --latent 1");
        process.Wait().AssertDone(Path.Combine("results", "frames", "model.safetensors"));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_bits()
    {
        Write("normal.csv", Rows(400, null));
        Train("normal.csv", "--epochs", "40").AssertDone("360 rows");
        var expected = File.ReadAllBytes(Path.Combine(this["run"], "model.safetensors"));
        string[] again = ["train", "--input", this["normal.csv"], "--epochs", "40", "--out", this["again"], "--checkpoint-every", "0"];
        using (var stopped = VaeProcess.Start(again))
        {
            stopped.WaitForError("epoch");
            stopped.Signal("KILL");
            stopped.Wait();
        }

        Assert.Equal(0, Run(again).ExitCode);
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(this["again"], "model.safetensors")));
    }
}
