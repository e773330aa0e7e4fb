// Each kind of wrong equation number, seen by the check.

using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Docs.Tests;

public class EquationCheckTests
{
    [Fact]
    public void Chapters_without_a_fault_pass()
    {
        var chapters = Examples.Chapters();
        Assert.Empty(EquationCheck.CheckTags(chapters));
        Assert.Equal(["1.1", "1.2", "2.1"], EquationCheck.Numbers(chapters).Order());
        Assert.Empty(EquationCheck.CheckReferences(EquationCheck.Numbers(chapters), chapters.Select(chapter => chapter.File)));
        Assert.Empty(EquationCheck.CheckSource(EquationCheck.Numbers(chapters), "src/Dense.cs", Examples.Source));
    }

    [Theory]
    [InlineData(@"W + b \tag{1.1}", "W + b", "5: The equation has no \\tag")]
    [InlineData(@"\tag{1.1}", @"\tag{2.1}", "6: \\tag{2.1} is no number of chapter 1")]
    [InlineData(@"\tag{1.2}", @"\tag{1.1}", "12: \\tag{1.1} follows \\tag{1.1}")]
    [InlineData(@"\tag{1.1}", @"\tag{1.3}", "12: \\tag{1.2} follows \\tag{1.3}")]
    [InlineData(@"\tag{1.1}", @"\tag{1.01}", "6: \\tag{1.01} is no number")]
    [InlineData(@"\tag{1.1}", @"\tag{one}", "6: \\tag{one} is no number")]
    public void A_wrong_tag_is_seen(string old, string replacement, string expected) =>
        Examples.AssertProblems(EquationCheck.CheckTags(Examples.Chapters(old, replacement)), expected);

    [Fact]
    public void Numbers_may_be_left_out_but_not_repeated()
    {
        Assert.Empty(EquationCheck.CheckTags(Examples.Chapters(@"\tag{1.2}", @"\tag{1.7}")));
        var twice = Examples.Chapters(@"y = x W + b \tag{1.1}", "y = x W + b \\tag{1.1}\n\\tag{1.1}");
        Examples.AssertProblems(EquationCheck.CheckTags(twice), "7: \\tag{1.1} follows");
    }

    [Theory]
    [InlineData("By (1.2) and (1.1).")]
    [InlineData("By (1.1, 2.1).")]
    [InlineData("Code `f(1.9)` and formulas $f(1.9) = 2$ are no references, nor are (0.5), (19.1), (1.05), (1.123), (25.3.6), (10) and 1.9.")]
    [InlineData("```csharp\nf(1.9);\n```")]
    [InlineData("```math\nf(1.9) \\text{by (1.1)}\n```")]
    public void What_is_right_or_no_reference_passes(string text) => Assert.Empty(References(text));

    [Theory]
    [InlineData("By (1.9).", "1: There is no equation (1.9)")]
    [InlineData("One\n\nBy `code\ncode` and (1.1), then (14.3).", "4: There is no equation (14.3)")]
    [InlineData("By (1.1, 1.9).", "1: There is no equation (1.9)")]
    [InlineData("| (3.1) |", "1: There is no equation (3.1)")]
    [InlineData("```math\nx \\text{by (1.9)}\n```", "2: There is no equation (1.9)")]
    [InlineData("<!-- walkthrough:begin 2 -->\n```text\na1 = x·W1 + b1    (3.1)\n```\n<!-- walkthrough:end -->", "3: There is no equation (3.1)")]
    public void A_reference_to_nothing_is_seen(string text, string expected) => Examples.AssertProblems(References(text), expected);

    [Theory]
    [InlineData("    // y = x·W + b (1.1)")]
    [InlineData("    /// <remarks>(1.1), (2.1)</remarks>")]
    [InlineData("    var y = F(1.9); // (1.1)")]
    [InlineData("    var y = F(1.9);")]
    [InlineData("    var text = \"// (1.9)\";")]
    [InlineData("    var character = '\"'; var text = \"a \\\" // (1.9)\";")]
    [InlineData("    // in [0, 1], (0.5), (34(3), 2008), (25.3.6), sqrt(5), 1.9")]
    public void What_is_right_or_no_citation_passes(string line) => Assert.Empty(Citations(line));

    [Theory]
    [InlineData("    // y = x·W + b (1.9)", "(1.9)")]
    [InlineData("    /// <remarks>Equation (1.9).</remarks>", "(1.9)")]
    [InlineData("    var y = \"//\"; // (1.1, 14.20)", "(14.20)")]
    [InlineData("    var a = b / c / d; // the layer's (2.2)", "(2.2)")]
    [InlineData("    'x' // '(2.2)", "(2.2)")]
    public void A_citation_of_nothing_is_seen(string line, string expected) => Examples.AssertProblems(Citations(line), $"1: There is no equation {expected}");

    [Fact]
    public void The_line_of_a_citation_is_told() =>
        Examples.AssertProblems(EquationCheck.CheckSource(new HashSet<string>(), "src/Dense.cs", Examples.Source), "5: There is no equation (1.1)");

    [Fact]
    public void What_the_walkthrough_cites_has_to_exist()
    {
        StoryStep[] story = [new(2, "Two", [new Formula("y = x", ["1.1", "1.9"])])];
        Examples.AssertProblems(EquationCheck.CheckStory(EquationCheck.Numbers(Examples.Chapters()), story), "Step 2: There is no equation (1.9)");
    }

    private static IEnumerable<Problem> References(string text) => EquationCheck.CheckReferences(EquationCheck.Numbers(Examples.Chapters()), [Examples.Document(text)]);

    private static IEnumerable<Problem> Citations(string line) => EquationCheck.CheckSource(EquationCheck.Numbers(Examples.Chapters()), "src/Dense.cs", line);
}
