// Each kind of wrong frame of a chapter, seen by the check.

namespace VaeFromScratch.Docs.Tests;

public class ChapterCheckTests
{
    [Fact]
    public void Chapters_without_a_fault_pass() => Assert.Empty(ChapterCheck.Check(Examples.Chapters()));

    [Theory]
    [InlineData("# 1 One", "# One", "1: The first line does not begin with '# 1 '")]
    [InlineData("# 2 Two", "# 3 Two", "1: The first line does not begin with '# 2 '")]
    [InlineData("2. Change it back.\n\n## Sources\n\n[Contents]", "## Sources\n\n[Contents]", "15: There are 1 exercises; expected 2")]
    [InlineData("   And look.", "1. And look.", "15: There are 3 exercises; expected 2")]
    [InlineData("## Exercises\n\n1. Change it.\n2.", "## Tasks\n\n1. Change it.\n2.", "1: There is no '## Exercises'")]
    [InlineData("[Next](02-two.md)", "[Next](02-too.md)", "The last line is not '[Contents](README.md) · [Next](02-two.md)'")]
    [InlineData(" · [Next](02-two.md)", "", "The last line is not '[Contents](README.md) · [Next](02-two.md)'")]
    [InlineData("[Previous](01-one.md) · ", "", "The last line is not '[Previous](01-one.md) · [Contents](README.md)'")]
    [InlineData("[Next](02-two.md)\n", "[Next](02-two.md)\n\nThe end.\n", "The last line is not")]
    public void A_wrong_frame_is_seen(string old, string replacement, string expected) => Examples.AssertProblems(ChapterCheck.Check(Examples.Chapters(old, replacement)), expected);

    [Fact]
    public void A_chapter_that_is_missing_is_seen()
    {
        var second = Examples.Chapters()[1];
        Examples.AssertProblems(ChapterCheck.Check([second]), "1: The file is chapter 1 in order and has the number 2", "The last line is not '[Contents](README.md)'");
    }

    [Theory]
    [InlineData("05-bernoulli.md", 5)]
    [InlineData("README.md", null)]
    [InlineData("5-bernoulli.md", null)]
    [InlineData("05-bernoulli.txt", null)]
    public void Chapters_are_known_by_their_names(string name, int? number) => Assert.Equal(number, Chapter.From(new MarkdownFile($"docs/math/{name}", "")) is { } chapter ? chapter.Number : null);
}
