// The example program, run as it stands and held to its README and to the library.

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Docs.Tests;

public partial class VaeByHandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lazy<(int ExitCode, string Output, string Error)> Result = new(RunExample);

    [Fact]
    public void It_ends_well_and_its_loss_falls_in_every_epoch()
    {
        var (exitCode, output, error) = Result.Value;
        Assert.Equal((0, ""), (exitCode, error));
        double[] losses =
            [.. EpochLine().Matches(output).Select(line => double.Parse(line.Groups["loss"].Value, CultureInfo.InvariantCulture))];
        Assert.True(losses.Length >= 2, output);
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second < pair.First, output));
    }

    // The same bits everywhere, so the same text everywhere.
    [Fact]
    public void Its_README_shows_what_it_prints()
    {
        var path = Path.Combine(Repository.Root, "docs", "examples", "VaeByHand", "README.md");
        var readme = new MarkdownFile("README.md", File.ReadAllText(path));
        var shown = Assert.Single(readme.Fences, fence => fence.Info == "text");
        Assert.Equal(Result.Value.Output, string.Concat(readme.Content(shown).Select(line => line + "\n")));
    }

    [Fact]
    public void The_library_gives_the_same_losses_and_the_same_area()
    {
        const int heldOut = 8;
        var data = FashionMnist.Load(FashionMnistSources.SampleWord);
        using var engine = new Engine();
        var lines = new List<string>();
        var settings = new TrainingSettings { HeldOut = heldOut, Epochs = 10 };
        var trainer = new Trainer(engine, settings, data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, Add, default);

        var scores = new AnomalyScorer(engine, trainer.Parameters).Score(data.Test);
        bool[] isAnomaly = [.. Enumerable.Range(0, data.Test.Count).Select(i => data.Test.Label(i) == heldOut)];
        var area = Auroc.Compute(scores.Mse, isAnomaly);
        lines.Add($"AUC-ROC of the mean squared error, {FashionMnist.ClassNames[heldOut]} held out: {area:F4}");
        Assert.Equal(lines, Result.Value.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        void Add(EpochMetrics epoch) =>
            lines.Add($"epoch {epoch.Epoch,2}: loss {epoch.Loss:F3}, cross-entropy {epoch.Reconstruction:F3}, KL {epoch.Kl:F3}");
    }

    // The program is built before its tests, which refer to it, and lies beside them.
    private static (int ExitCode, string Output, string Error) RunExample()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VaeByHand.dll")]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("The example did not end.");
        }

        return (process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result);
    }

    [GeneratedRegex(@"^epoch +\d+: loss (?<loss>\d+\.\d+),", RegexOptions.Multiline)]
    private static partial Regex EpochLine();
}
