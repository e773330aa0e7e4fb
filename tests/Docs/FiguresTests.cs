// The figures of the chapters: they are what is drawn today, and can be read where they are shown.

using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VaeFromScratch.Docs.Figures;

namespace VaeFromScratch.Docs.Tests;

public sealed partial class FiguresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vae-docs-test-").FullName;

    public static TheoryData<string> Names => [.. Figure.All.Select(figure => figure.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The one of beta trains four models on the way: the same bits everywhere.
    [Theory]
    [MemberData(nameof(Names))]
    public void The_committed_file_is_what_is_drawn_today(string name)
    {
        Assert.SkipWhen(name == "beta" && !Vector256.IsHardwareAccelerated, "Without vectors of 256 bits its models take minutes.");
        Assert.Null(Named(name).Problem(Figure.Folder));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_chapter_shows_it_with_a_sentence_and_its_command(string name)
    {
        var chapters = Chapter.ReadAll(Repository.Root, Repository.Chapters);
        var image = chapters.Select(chapter => Regex.Match(chapter.File.Prose, $@"!\[(?<text>[^\]]+\.)\]\(figures/{name}\.svg\)\n\n(?<caption>(?:.+\n)+)")).Single(match => match.Success);
        Assert.Contains(Figure.Command, image.Groups["caption"].Value.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_sound_white_and_as_wide_as_every_other_and_its_text_is_large_enough(string name)
    {
        var text = File.ReadAllText(Path.Combine(Figure.Folder, name + ".svg"));
        var svg = XDocument.Parse(text).Root!;
        var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal([0, 0, Svg.Width], box[..3]);
        var background = svg.Elements().First(element => element.Name.LocalName == "rect");
        Assert.Equal(($"{box[2]}", $"{box[3]}", Svg.White), (background.Attribute("width")!.Value, background.Attribute("height")!.Value, background.Attribute("fill")!.Value));
        Assert.All(FontSize().Matches(text), size => Assert.True(double.Parse(size.Groups["size"].Value, CultureInfo.InvariantCulture) >= Svg.SmallestText));
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_or_changed_is_seen_and_drawn_again()
    {
        var figure = Named("reparameterization");
        var path = Path.Combine(_folder, "figures", figure.FileName);
        var folder = Path.GetDirectoryName(path)!;
        Assert.Equal("There is no reparameterization.svg; 'dotnet run -c Release --project docs/tools -- figures' draws it.", figure.Problem(folder));
        Assert.True(figure.Write(folder));
        Assert.Null(figure.Problem(folder));
        Assert.False(figure.Write(folder));

        // One digit of one number.
        File.WriteAllText(path, File.ReadAllText(path).Replace("y=\"36\"", "y=\"37\"", StringComparison.Ordinal));
        Assert.Equal("reparameterization.svg is not what is drawn today; 'dotnet run -c Release --project docs/tools -- figures' renews it.", figure.Problem(folder));
        Assert.True(figure.Write(folder));
        Assert.Null(figure.Problem(folder));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_language()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(["-1.25", "0", "0.33", "1000"], new[] { -1.25, -0.001, 1 / 3.0, 1000 }.Select(Svg.Number));
            Assert.Null(Named("kl-landscape").Problem(Figure.Folder));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Text_that_is_too_small_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Svg(10, "").Text(0, 0, "small", 10.5));

    private static Figure Named(string name) => Figure.All.Single(figure => figure.Name == name);

    [GeneratedRegex("font-size=\"(?<size>[^\"]+)\"")]
    private static partial Regex FontSize();
}
