// vae train --input and vae score: what is wrong with data, options and paths is told in one sentence.

using System.Globalization;

namespace VaeFromScratch.Cli.Tests;

public sealed class OwnDataRefusalTests : OwnData
{
    [Fact]
    public void Pixels_that_are_not_scaled_are_problems_of_their_rows()
    {
        Assert.Equal(0, Run("train", "--data", "sample", "--epochs", "1", "--latent", "2", "--hidden", "16", "--out", this["run"]).ExitCode);
        string Row(int divisor) => string.Join(',', Enumerable.Range(0, 784).Select(i => (i % 256 / (double)divisor).ToString(CultureInfo.InvariantCulture))) + "\n";
        Write("bytes.csv", Row(255) + Row(1));
        var outcome = Run("score", this["run"], "--input", this["bytes.csv"]);
        Assert.Equal(1, outcome.ExitCode);
        var lines = Lines(outcome.Output);
        Assert.EndsWith(",,,", lines[1], StringComparison.Ordinal);
        Assert.Equal("2,2,,,,,\"'column 3' is 2; expected a pixel from 0 to 1, as in training: divide by the largest that there can be.\"", lines[2]);
        outcome.AssertOneProblem("1 of 2 rows could not be scored; the first is row 2: 'column 3' is 2");
    }

    [Fact]
    public void A_name_from_a_file_commands_no_terminal()
    {
        Write("normal.csv", Rows(100, null));
        Train("normal.csv").AssertDone("81 rows");
        Write("header.csv", "a,b,\u001b[31mc\u202e,d\n1,2,3,4\n");
        Run("train", "--input", this["header.csv"], "--label", "x", "--out", this["refused"]).AssertRefused("a, b, ?[31mc");
        var outcome = Run("score", this["run"], "--input", this["normal.csv"], "--score", "\u001b]0;title\u0007\u202e");
        outcome.AssertRefused("--score is '?]0;title??'");
        Assert.Equal(-1, outcome.Error.AsSpan().IndexOfAny("\u001b\u0007\u202e"));
    }

    [Fact]
    public void Wrong_input_is_told_in_one_sentence_and_nothing_is_written()
    {
        Write("normal.csv", Rows(100, null));
        Write("holes.csv", Rows(100, null) + "1,,3\n");
        Write("names.csv", "a,b,c\n" + Rows(100, null));
        void Refused(string[] arguments, params string[] words)
        {
            Run([.. arguments, "--out", this["refused"]]).AssertRefused(words);
            Assert.False(Path.Exists(this["refused"]));
        }

        Refused(["train", "--input", this["none.csv"]], "none.csv", "no such file");
        Refused(["train", "--input", this["holes.csv"]], "holes.csv: row 101: feature 2 has no value");
        Refused(["train", "--input", this["normal.csv"], "--normal", "ok"], "--normal is given without --label");
        Refused(["train", "--input", this["names.csv"], "--label", "state"], "state");
        Refused(["train", "--input", this["names.csv"], "--label", "a", "--normal", "no"], "no row with the label 'no'");
        Refused(["train", "--input", this["normal.csv"], "--held-out", "1"], "--held-out is given with --input");
        Refused(["train", "--input", this["normal.csv"], "--alpha", "0"], "false-alarm rate is 0");
        Refused(["train", "--input", this["normal.csv"], "--missing", "zero"], "--missing is 'zero'");
        Refused(["train", "--missing", "mean"], "--missing is given without --input");
        Write("wide.csv", string.Join(',', new int[65537]) + "\n");
        Refused(["train", "--input", this["wide.csv"]], "wide.csv: it holds rows of 65537 values; expected at most 65536");
        Refused(["train", "--input", ""], "--input is ''; expected the name of a file or folder");
        Refused(["train", "--input", this["normal.csv"], "--epochs", "6001"], "number of epochs is 6001", "1 to 6000");

        Train("normal.csv").AssertDone("81 rows");
        Refused(["score", this["run"]], "--input is missing");
        Refused(["score", this["run"], "--input", this["names.csv"], "--label", "a"], "names.csv");
        Refused(["score", this["run"], "--input", this["normal.csv"], "--format", "xml"], "--format is 'xml'");
        Refused(["score", this["run"], "--input", this["normal.csv"], "--alpha", "0.001"], "--alpha", "needs at least 999");
        Refused(["score", this["run"], "--input", this["normal.csv"], "--score", "mse"], "--score is 'mse'");
        Run("score", this["run"], "--input", this["normal.csv"], "--format", "npy").AssertRefused("--format npy is given without --out");
        Run("evaluate", this["run"], "--data", "sample").AssertRefused("detector of other data");

        // The model that is there stays.
        var before = Snapshot();
        Train("normal.csv", "--overwrite", "--hidden", "65536,65536").AssertRefused("parameters");
        Train("normal.csv", "--overwrite", "--epochs", "6001").AssertRefused("number of epochs");
        Run("score", this["run"], "--input", "").AssertRefused("--input is ''");
        foreach (var option in new[] { "--out", "--explain" }) Run("score", this["run"], "--input", this["normal.csv"], option, "").AssertRefused($"{option} is ''");
        foreach (var option in new[] { "--out", "--tensorboard" }) Run("train", "--input", this["normal.csv"], option, "").AssertRefused($"{option} is ''");
        Assert.Equal(before, Snapshot());
    }
}
