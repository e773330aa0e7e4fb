// Each kind of wrong walkthrough block, seen by the check, and how blocks are filled.

using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Docs.Tests;

public sealed class WalkthroughBlocksTests : IDisposable
{
    private const string Begin = "<!-- walkthrough:begin 2 -->", End = "<!-- walkthrough:end -->";

    private static readonly StoryStep[] Story = [new(1, "One", [new Prose("First.")]), new(2, "Two", [new Formula("y = x", ["1.1"]), new Prose("Second.")])];

    private readonly string _folder = Directory.CreateTempSubdirectory("vae-docs-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_block_that_holds_the_step_passes() => Assert.Empty(Check("Words.", Begin, "```text", StoryText.Whole(Story[1]).TrimEnd('\n'), "```", End));

    [Fact]
    public void An_empty_block_names_the_command_that_fills_it() =>
        Examples.AssertProblems(Check(Begin, "```text", "```", End), "1: The block of step 2 is empty; 'dotnet run --project docs/tools -- fill' fills it.");

    [Theory]
    [InlineData("Second", "Other")]
    [InlineData("Second.", "Second.\n")]
    [InlineData("Step 2. Two\n", "")]
    [InlineData("(1.1)", "(1.2)")]
    public void A_block_that_holds_something_else_is_seen(string old, string replacement) =>
        Examples.AssertProblems(
            Check(Begin, "```text", StoryText.Whole(Story[1]).TrimEnd('\n').Replace(old, replacement, StringComparison.Ordinal), "```", End),
            "1: The block is not step 2 as 'vae walkthrough' prints it; 'dotnet run --project docs/tools -- fill' renews it.");

    [Theory]
    [InlineData("<!-- walkthrough:begin 0 -->\n```text\n```\n<!-- walkthrough:end -->", "has no step 0; expected 1 to 2")]
    [InlineData("<!-- walkthrough:begin 3 -->\n```text\n```\n<!-- walkthrough:end -->", "has no step 3; expected 1 to 2")]
    [InlineData("<!-- walkthrough:begin 1 -->\n```text\n```\n", "Expected ```text")]
    [InlineData("<!-- walkthrough:begin 1 -->\n```\n```\n<!-- walkthrough:end -->", "Expected ```text")]
    [InlineData("<!-- walkthrough:begin 1 -->\n\n```text\n```\n<!-- walkthrough:end -->", "Expected ```text")]
    [InlineData("<!-- walkthrough:begin 1 -->\n<!-- walkthrough:end -->", "Expected ```text")]
    [InlineData("<!-- walkthrough:begin 1 -->", "Expected ```text")]
    public void A_malformed_block_is_seen_and_left_as_it_is(string text, string expected)
    {
        Examples.AssertProblems(Check(text), $"1: {(expected[0] == 'h' ? "The walkthrough " : "")}{expected}");
        Assert.Equal(text, WalkthroughBlocks.Fill(Examples.Document(text), Story));
    }

    [Fact]
    public void Filling_puts_each_step_into_its_block_and_keeps_the_rest()
    {
        string[] lines = ["Words.", Begin, "```text", "old", "numbers", "```", End, "", "<!-- walkthrough:begin 1 -->", "```text", "```", End, "More words.", ""];
        Examples.AssertProblems(Check(lines), "2: The block is not step 2", "9: The block of step 1 is empty");
        var filled = WalkthroughBlocks.Fill(Examples.Document(lines), Story);
        Assert.Equal($"Words.\n{Begin}\n```text\n{StoryText.Whole(Story[1])}```\n{End}\n\n<!-- walkthrough:begin 1 -->\n```text\n{StoryText.Whole(Story[0])}```\n{End}\nMore words.\n", filled);
        Assert.Empty(WalkthroughBlocks.Check(Examples.Document(filled), Story));
        Assert.Equal(filled, WalkthroughBlocks.Fill(Examples.Document(filled), Story));
    }

    [Fact]
    public void The_command_fills_a_folder_and_then_has_nothing_to_do()
    {
        var (chapter, other) = (Path.Combine(_folder, "01-one.md"), Path.Combine(_folder, "02-two.md"));
        File.WriteAllText(chapter, $"# 1 One\n\n{Begin}\n```text\n```\n{End}\n");
        File.WriteAllText(other, "# 2 Two\n");
        Assert.NotEmpty(AllChecks.Walkthrough(_folder, _folder));
        Assert.Equal(0, FillCommand.Run(_folder));
        Assert.Empty(AllChecks.Walkthrough(_folder, _folder));
        Assert.Contains("h1 = max(a1, 0)", File.ReadAllText(chapter), StringComparison.Ordinal);

        var (text, time) = (File.ReadAllText(chapter), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(chapter, time);
        Assert.Equal(0, FillCommand.Run(_folder));
        Assert.Equal((text, time, "# 2 Two\n"), (File.ReadAllText(chapter), File.GetLastWriteTimeUtc(chapter), File.ReadAllText(other)));

        File.WriteAllText(other, "<!-- walkthrough:begin 99 -->\n");
        Assert.Equal(1, FillCommand.Run(_folder));
    }

    private static IEnumerable<Problem> Check(params string[] lines) => WalkthroughBlocks.Check(Examples.Document(lines), Story);
}
