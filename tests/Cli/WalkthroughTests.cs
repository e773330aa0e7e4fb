// vae walkthrough: on a terminal, as a page, and as data.
using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Cli.Tests;

public sealed class WalkthroughTests : IDisposable
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_steps_are_printed_within_80_columns_whatever_the_culture()
    {
        var environment = new Dictionary<string, string> { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8" };
        var outcome = VaeProcess.Run(environment, "walkthrough");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(string.Concat(Story().Select(step => "\n" + StoryText.Whole(step))), outcome.Output);
        Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(line.Length, 0, StoryText.Width));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(15)]
    public void A_step_is_printed_alone(int step)
    {
        var outcome = VaeProcess.Run("walkthrough", "--step", StoryNumbers.Format(step, 0));
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal("\n" + StoryText.Whole(Story()[step - 1]), outcome.Output);
    }

    [Theory]
    [InlineData("--step 0", "--step", "0", "1 to 15")]
    [InlineData("--step 99", "--step", "99", "1 to 15")]
    [InlineData("--step two", "--step", "'two'", "whole number")]
    [InlineData("--step", "--step", "missing")]
    [InlineData("--html", "--html", "missing")]
    [InlineData("surplus", "surplus")]
    public void Wrong_options_are_refused(string options, params string[] words) =>
        VaeProcess.Run(["walkthrough", .. options.Split(' ')]).AssertRefused(words);

    [Fact]
    public void A_page_that_cannot_be_written_is_refused()
    {
        File.WriteAllText(_folder["file"], "");
        VaeProcess.Run("walkthrough", "--html", "").AssertRefused("--html is ''", "name of a file");
        VaeProcess.Run("walkthrough", "--html", _folder.Path).AssertRefused("is a folder");
        VaeProcess.Run("walkthrough", "--html", _folder["nowhere", "page.html"]).AssertRefused("no folder");
        VaeProcess.Run("walkthrough", "--html", _folder["file", "page.html"]).AssertRefused("no folder");
        Assert.Equal([_folder["file"]], _folder.Snapshot().Select(entry => entry.Split(' ')[0]));
    }

    [Fact]
    public void A_page_in_a_file_system_that_takes_no_files_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        VaeProcess.Run("walkthrough", "--html", "/proc/page.html").AssertRefused("/proc/page.html: cannot be written");
    }

    [Fact]
    public void The_page_is_well_formed_and_has_every_number()
    {
        File.WriteAllText(_folder["page.html"], "an older page");
        var outcome = VaeProcess.Run("walkthrough", "--html", _folder["page.html"]);
        Assert.Equal((0, $"The page is {_folder["page.html"]}.\n", ""), (outcome.ExitCode, outcome.Output, outcome.Error));
        Assert.Equal([_folder["page.html"]], Directory.EnumerateFiles(_folder.Path));

        var page = Parse(_folder["page.html"]);
        Assert.Equal(Story().Select(StoryText.Heading), page.Descendants(Html + "h2").Select(heading => heading.Value));
        Assert.Equal(page.Descendants(Html + "a").Select(link => link.Attribute("href")!.Value), page.Descendants(Html + "h2").Select(heading => $"#{heading.Attribute("id")!.Value}"));

        var cells = page.Descendants(Html + "td").Select(cell => cell.Value.Replace('\u2212', '-'));
        Assert.Equal(Story().SelectMany(step => step.Parts).SelectMany(Numbers), cells);
        foreach (var equation in Story().SelectMany(step => step.Equations)) Assert.Contains($"({equation})", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_fetches_nothing_and_runs_nothing()
    {
        VaeProcess.Run("walkthrough", "--html", _folder["page.html"]);
        var page = Parse(_folder["page.html"]);
        var text = File.ReadAllText(_folder["page.html"]);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.All(page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src"), link => Assert.StartsWith("#", link.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", text, StringComparison.Ordinal);
        Assert.Contains("width=device-width", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_one_step_has_one()
    {
        VaeProcess.Run("walkthrough", "--step", "7", "--html", _folder["page.html"]);
        Assert.Equal(StoryText.Heading(Story()[6]), Parse(_folder["page.html"]).Descendants(Html + "h2").Single().Value);
    }

    [Fact]
    public void The_data_have_all_digits()
    {
        var steps = VaeProcess.Run("walkthrough", "--json").Json.GetProperty("steps");
        Assert.Equal(WalkthroughStory.StepCount, steps.GetArrayLength());
        var z = steps[3].GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("kind").GetString() == "values" && part.GetProperty("name").GetString() == "z");
        Assert.Equal(Story()[3].Parts.OfType<Values>().Single(values => values.Name == "z").Numbers[0], z.GetProperty("numbers")[0].EnumerateArray().Select(number => number.GetDouble()));
        Assert.Contains("6.2", steps[3].GetProperty("equations").EnumerateArray().Select(equation => equation.GetString()));
    }

    private static ImmutableArray<StoryStep> Story()
    {
        using var engine = new Engine(1);
        return WalkthroughStory.Tell(engine);
    }

    private static XDocument Parse(string path)
    {
        using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static IEnumerable<string> Numbers(StoryPart part) => part switch
    {
        Values values => values.Numbers.SelectMany(row => row).Select(number => StoryNumbers.Format(number, values.Decimals)),
        Comparison comparison => comparison.Numbers.Concat(comparison.Other).SelectMany(row => row).Select(number => StoryNumbers.Format(number, comparison.Decimals)),
        Table table => table.Rows.SelectMany(row => row.Numbers).Select(number => StoryNumbers.Format(number, table.Decimals)),
        _ => [],
    };
}
