// vae report: the page, and what can go wrong on the way to it.
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace VaeFromScratch.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Page => _folder["report.html"];

    private string[] Reproduce(params string[] more) =>
        ["reproduce", "--data", "sample", "--epochs", "1", "--hidden", "16", "--out", _folder["results"], .. more];

    private Outcome Report(params string[] more) => ReportTo(Page, more);

    private Outcome ReportTo(string page, params string[] more) => VaeProcess.Run(["report", _folder["results"], "--data", "sample", "-o", page, .. more]);

    [Fact]
    public void A_grid_of_two_classes_becomes_one_page()
    {
        VaeProcess.Run(Reproduce("--held-out", "0,8", "--latent", "2,16", "--beta", "0.1,1"));
        VaeProcess.Run(Reproduce("--held-out", "8", "--latent", "16", "--beta", "1", "--seed", "5"));
        var outcome = Report();
        Assert.Equal((0, $"The report is {Page}.\n", ""), (outcome.ExitCode, outcome.Output, outcome.Error));

        var page = Parse(Page);
        Assert.Equal(["scores", "heat-maps", "verdicts", "roc", "histograms", "reconstructions", "latent-map", "rate-distortion", "training", "reproduce"],
            page.Descendants(Html + "section").Select(section => section.Attribute("id")!.Value));
        Assert.Equal(page.Descendants(Html + "nav").Single().Descendants(Html + "a").Select(link => link.Attribute("href")!.Value),
            page.Descendants(Html + "section").Select(section => $"#{section.Attribute("id")!.Value}"));

        // Each figure tells what to see and how to make it; each picture tells those who can't see it what it shows.
        Assert.All(page.Descendants(Html + "figure"), figure =>
        {
            var caption = Assert.Single(figure.Elements(Html + "figcaption"));
            Assert.True(caption.Elements(Html + "p").First().Value.Length > 80);
            Assert.Contains("vae ", caption.Descendants(Html + "code").First().Value, StringComparison.Ordinal);
        });
        Assert.All(page.Descendants(Html + "svg"), chart => Assert.True(chart.Attribute("aria-label")?.Value.Length > 10 || chart.Attribute("aria-hidden") is not null));
        Assert.All(page.Descendants(Html + "img"), image => Assert.False(string.IsNullOrEmpty(image.Attribute("alt")?.Value)));
        Assert.All(page.Descendants(Html + "th"), header => Assert.Contains(header.Attribute("scope")?.Value, new[] { "row", "col" }));
        Assert.Equal(2 * 5 * 6 * 3, page.Descendants(Html + "img").Count());

        // The figures of the runs are there: in the heat maps, and the weights of each.
        var runs = Directory.EnumerateFiles(_folder["results"], "run.json", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Select(folder => GoldenRun.Report(folder!)).ToArray();
        Assert.Equal(9, runs.Length);
        Assert.All(runs, run => Assert.Contains(run.GetProperty("weightsSha256").GetString()!, page.Root!.Value, StringComparison.Ordinal));
        var maps = page.Descendants(Html + "table").Where(table => table.Attribute("class")?.Value == "map").ToArray();
        Assert.Equal(3, maps.Length);
        Assert.Equal(2, maps.SelectMany(map => map.Descendants(Html + "td")).Count(cell => cell.Value.Contains('\u25C6')));
        Assert.Equal(1, maps.SelectMany(map => map.Descendants(Html + "td")).Count(cell => cell.Value.Contains("2 seeds", StringComparison.Ordinal)));
        Assert.Contains("vae reproduce --held-out 0,8 --latent 2,16 --beta 0.1,1 --hidden 16 --epochs 1 --data sample", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_fetches_nothing_runs_nothing_and_is_small_with_ten_classes()
    {
        VaeProcess.Run(Reproduce("--held-out", "all", "--latent", "16", "--beta", "1"));
        Assert.Equal(0, Report().ExitCode);
        Assert.InRange(new FileInfo(Page).Length, 300_000, 3_000_000);

        var page = Parse(Page);
        var text = File.ReadAllText(Page);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "iframe" or "object" or "use");
        Assert.All(page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href"), link => Assert.StartsWith("#", link.Value, StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src"), link => Assert.StartsWith("data:image/png;base64,", link.Value, StringComparison.Ordinal));
        Assert.Equal(1, text.Split("http").Length - 1);
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        foreach (var word in new[] { "prefers-color-scheme: dark", "width=device-width", "@media print" }) Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", string.Concat(page.Descendants().Attributes().Where(attribute => attribute.Name != "src").Select(attribute => attribute.Value)) + page.Root!.Value, StringComparison.Ordinal);
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void The_bytes_are_the_same_on_any_kernel_threads_and_folder()
    {
        VaeProcess.Run(Reproduce("--latent", "2,8", "--beta", "1"));
        Assert.Equal(0, Report("--threads", "1", "--isa", "scalar").ExitCode);
        var bytes = File.ReadAllBytes(Page);
        Directory.Move(_folder["results"], _folder["moved"]);
        var environment = new Dictionary<string, string> { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8" };
        Assert.Equal(0, VaeProcess.Run(environment, "report", _folder["moved"], "--data", "sample", "-o", Page, "--threads", "3").ExitCode);
        Assert.Equal(bytes, File.ReadAllBytes(Page));

        // reproduce has left the same page beside its table.
        Assert.Equal(bytes, File.ReadAllBytes(Directory.EnumerateFiles(_folder["moved"], "report.html", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public void A_single_run_of_one_latent_dimension_has_a_page_without_a_map_and_verdicts()
    {
        VaeProcess.Run("train", "--data", "sample", "--hidden", "8", "--latent", "1", "--epochs", "1", "--out", _folder["results"]);
        Assert.Equal(0, Report().ExitCode);
        var sections = Parse(Page).Descendants(Html + "section").Select(section => section.Attribute("id")!.Value).ToArray();
        Assert.DoesNotContain("latent-map", sections);
        Assert.DoesNotContain("verdicts", sections);
    }

    [Fact]
    public void What_a_run_says_of_itself_is_text_and_not_markup()
    {
        VaeProcess.Run(Reproduce("--latent", "2,8", "--beta", "1"));
        var strange = Directory.CreateDirectory(_folder["results", "strange"]).FullName;
        var run = File.ReadAllText(Directory.EnumerateFiles(_folder["results"], "run.json", SearchOption.AllDirectories).First());
        File.WriteAllText(Path.Combine(strange, "run.json"), run.Replace("\"hidden\": \"16\"", "\"hidden\": \"<script>&'\"", StringComparison.Ordinal));
        Assert.Equal(0, Report().ExitCode);
        Assert.Contains("1 run of other settings (hidden <script>&'", Parse(Page).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_reported_is_refused()
    {
        Report().AssertRefused("no folder", "results");
        Directory.CreateDirectory(_folder["results"]);
        Report().AssertRefused("no finished run", "run.json");
        ReportTo("").AssertRefused("--out", "name of a file");

        VaeProcess.Run("train", "--data", "sample", "--hidden", "8", "--latent", "2", "--epochs", "1", "--out", _folder["results", "run"]);
        var before = _folder.Snapshot();
        ReportTo(_folder.Path).AssertRefused("is a folder");
        ReportTo(_folder["nowhere", "page.html"]).AssertRefused("no folder");
        Assert.Equal(before, _folder.Snapshot());

        File.Delete(_folder["results", "run", "model.safetensors"]);
        Report().AssertRefused("model.safetensors");
        var path = _folder["results", "run", "run.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"t10k-images-idx3-ubyte\": \"", "\"t10k-images-idx3-ubyte\": \"0", StringComparison.Ordinal));
        Report().AssertRefused("other data", "--data");
        File.WriteAllText(path, "{");
        Report().AssertRefused("no finished run");
        Assert.False(File.Exists(Page));
    }

    [Fact]
    public void Reproduce_keeps_its_table_when_the_page_can_not_be_written()
    {
        string[] arguments = Reproduce("--latent", "2", "--beta", "1");
        var outcome = VaeProcess.Run(arguments);
        Assert.Equal(0, outcome.ExitCode);
        var page = Directory.EnumerateFiles(_folder["results"], "report.html", SearchOption.AllDirectories).Single();
        Assert.Contains($"Written to {page}: the report", outcome.Output, StringComparison.Ordinal);

        var table = Path.Combine(Path.GetDirectoryName(page)!, "table.md");
        File.Delete(page);
        File.Delete(table);
        Directory.CreateDirectory(page);
        outcome = VaeProcess.Run(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("vae: The report was not written, the table was: ", outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(table));
        Assert.Contains("AUC-ROC", outcome.Output, StringComparison.Ordinal);
    }

    private static XDocument Parse(string path)
    {
        using var reader = XmlReader.Create(new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
