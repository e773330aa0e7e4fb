// Each kind of wrong link, seen by the check.

namespace VaeFromScratch.Docs.Tests;

public class LinkCheckTests
{
    [Theory]
    [InlineData("[`Dense.Forward`](../../src/Dense.cs#L6)")]
    [InlineData("[`Dense.Forward<T>`](../../src/Dense.cs#L6)")]
    [InlineData("[`Forward(x)`](../../src/Dense.cs#L6)")]
    [InlineData("[`Dense.Forward`](../../src/Dense.cs#L6-L9)")]
    [InlineData("[the forward pass](../../src/Dense.cs#L1)")]
    [InlineData("[`Dense.cs`](../../src/Dense.cs#L1)")]
    [InlineData("[`Dense.cs`](../../src/Dense.cs), [sources](../../src), [`Dense`](../../src/Dense.cs)")]
    [InlineData("[over two\nlines](01-one.md#a-heading), [here](#a-heading), [title](01-one.md \"One\")")]
    [InlineData("![a figure](figures/graph.svg) <img src=\"figures/graph.svg\" alt=\"\">")]
    [InlineData("[elsewhere](https://example.org/a_(b)), <https://example.org>, [mail](mailto:nobody@example.org)")]
    [InlineData("`[code](nowhere.md)`, $\\mathbb{E}[x](y)$, ``[`code`](nowhere.md)``")]
    [InlineData("```\n[code](nowhere.md)\n```")]
    public void Right_links_pass(string text) => Assert.Empty(Check(text));

    [Theory]
    [InlineData("[one](nowhere.md)", "1: There is no docs/math/nowhere.md")]
    [InlineData("One\n\n[over two\nlines](nowhere.md)", "3: There is no docs/math/nowhere.md")]
    [InlineData("[`Dense`](../src/Dense.cs)", "1: There is no docs/src/Dense.cs")]
    [InlineData("[`Dense`](../../src/dense.cs)", "1: There is no src/dense.cs")]
    [InlineData("![a figure](figures/none.svg)", "1: There is no docs/math/figures/none.svg")]
    [InlineData("<img src=\"figures/none.svg\" alt=\"\">", "1: There is no docs/math/figures/none.svg")]
    [InlineData("[above](../../../README.md)", "1: ../../../README.md leads out of the repository")]
    [InlineData("[`Dense.Forward`](../../src/Dense.cs#L5)", "1: Line 5 of src/Dense.cs does not contain Forward; the nearest that does is 6")]
    [InlineData("[`Dense.Back`](../../src/Dense.cs#L11)", "1: Line 11 of src/Dense.cs does not contain Back, nor does any other")]
    [InlineData("[`Dense.Backward`](../../src/Dense.cs#L99)", "1: src/Dense.cs has 18 lines; there is no line 99")]
    [InlineData("[words](../../src/Dense.cs#L0)", "1: src/Dense.cs has 18 lines; there is no line 0")]
    [InlineData("[`Dense`](../../src#L3)", "1: src has no lines")]
    [InlineData("| [`Dense.Forward`](../../src/Dense.cs#L6) | [x](y) |", "1: There is no docs/math/y")]
    public void A_wrong_link_is_seen(string text, string expected) => Examples.AssertProblems(Check(text), expected);

    [Fact]
    public void Links_of_the_readme_begin_at_the_root()
    {
        Assert.Empty(LinkCheck.Check(new MarkdownFile("README.md", "[`Dense.Forward`](src/Dense.cs#L6)"), Examples.Tree));
        Examples.AssertProblems(LinkCheck.Check(new MarkdownFile("README.md", "[`Dense`](../src/Dense.cs)"), Examples.Tree), "leads out");
    }

    [Theory]
    [InlineData("[`Dense.Forward`](../../src/Dense.cs#L5)", "[`Dense.Forward`](../../src/Dense.cs#L6)")]
    [InlineData("[`Dense.Forward`](../../src/Dense.cs#L6)", "[`Dense.Forward`](../../src/Dense.cs#L6)")]
    [InlineData("[`Dense.Back`](../../src/Dense.cs#L11), [words](../../src/Dense.cs#L99)", "[`Dense.Back`](../../src/Dense.cs#L11), [words](../../src/Dense.cs#L99)")]
    public void A_link_follows_its_symbol_and_no_other_changes(string text, string expected) =>
        Assert.Equal(expected, LinkCheck.Repair(Examples.Document(text), Examples.Tree));

    [Theory]
    [InlineData("`GaussianKl.Backward`", "Backward")]
    [InlineData("`Adam<T>`", "Adam")]
    [InlineData("`Adam<T>.Update`", "Update")]
    [InlineData("`Gemm.Multiply<T>(...)`", "Multiply")]
    [InlineData("`Adam.cs`", null)]
    [InlineData("`x + y`", null)]
    [InlineData("the `Adam` class", null)]
    [InlineData("Adam", null)]
    public void The_last_part_of_a_symbol_is_what_is_looked_for(string text, string? expected) => Assert.Equal(expected, LinkCheck.LastPart(text));

    private static IEnumerable<Problem> Check(string text) => LinkCheck.Check(Examples.Document(text), Examples.Tree);
}
