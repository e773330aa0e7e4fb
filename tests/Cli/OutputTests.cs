// Plain output where plain output is wanted.
namespace VaeFromScratch.Cli.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] SmallTrain() => ["train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "2", "--out", _folder["run"]];

    [Fact]
    public void Without_a_terminal_progress_is_a_plain_line_an_epoch()
    {
        var outcome = VaeProcess.Run(SmallTrain());
        Assert.DoesNotContain('\u001b', outcome.Output + outcome.Error);
        Assert.DoesNotContain('\r', outcome.Output + outcome.Error);
        var lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^epoch [12]/2  loss [\d.]+ = [\d.]+ \+ beta x [\d.]+  \d+ images/s  \d+:\d\d left$", line));
    }

    [Theory]
    [InlineData("1", "xterm-256color", false)]
    [InlineData("", "dumb", false)]
    [InlineData("", "xterm-256color", true)]
    public void A_terminal_gets_colour_and_style_unless_it_declines(string noColor, string term, bool isStyled)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "A terminal is made by script (util-linux), which is not here.");
        VaeProcess.Run(SmallTrain());
        var environment = new Dictionary<string, string> { ["TERM"] = term, ["NO_COLOR"] = noColor };
        using var process = VaeProcess.StartOther("/usr/bin/script", environment, "-qec", $"{VaeProcess.QuotedCommand} evaluate '{_folder["run"]}' --data sample", "/dev/null");
        var outcome = process.Wait();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("AUC-ROC", outcome.Output, StringComparison.Ordinal);
        if (isStyled) Assert.Matches("\u001b\\[[0-9;]*m", outcome.Output);
        else Assert.DoesNotMatch("\u001b\\[[0-9;]*m", outcome.Output);
    }

    [Fact]
    public void A_terminal_sees_progress_on_one_line_that_is_written_over()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "A terminal is made by script (util-linux), which is not here.");
        var environment = new Dictionary<string, string> { ["TERM"] = "xterm-256color" };
        string[] arguments = ["train", "--data", "sample", "--isa", "scalar", "--epochs", "1", "--out", _folder["run"]];
        using var process = VaeProcess.StartOther("/usr/bin/script", environment, "-qec", $"{VaeProcess.QuotedCommand} {string.Join(' ', arguments)}", "/dev/null");
        Assert.Matches(@"\repoch 1/1 \[[#.]{16}\] loss [\d.]+  \d+ images/s  \d+:\d\d left", process.Wait().Output);
    }

    [Fact]
    public void The_culture_of_the_user_changes_nothing()
    {
        var environment = new Dictionary<string, string> { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8" };
        var outcome = VaeProcess.Run(environment, SmallTrain());
        Assert.Matches(@"loss \d+\.\d\d ", outcome.Error);
    }
}
