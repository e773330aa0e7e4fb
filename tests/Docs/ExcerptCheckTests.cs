// Each kind of wrong excerpt, seen by the check.

namespace VaeFromScratch.Docs.Tests;

public class ExcerptCheckTests
{
    private const string Marker = "<!-- excerpt: src/Dense.cs -->";

    [Theory]
    [InlineData("    public static void Forward<T>(Matrix<T> x)")]
    [InlineData("public static void Forward<T>(Matrix<T> x)\n{\n    Multiply(x);\n}")]
    [InlineData("        if (dy.Rows == 0)\n        {\n            return;\n        }\n    }\n}")]
    [InlineData("}\n\npublic static void Backward<T>(Matrix<T> dy)")]
    public void Lines_of_the_source_pass_with_or_without_their_indentation(string excerpt) => Assert.Empty(Check(Marker, "```csharp", excerpt, "```"));

    [Theory]
    [InlineData("public static void Forward<T>(Matrix<T> y)", "does not stand in src/Dense.cs")]
    [InlineData("public static void Forward<T>(Matrix<T> x)\n{\nMultiply(x);\n}", "does not stand in src/Dense.cs")]
    [InlineData("public static void Forward<T>(Matrix<T> x)\n{\n}", "does not stand in src/Dense.cs")]
    [InlineData("public static void Backward<T>(Matrix<T> dy)\npublic static void Forward<T>(Matrix<T> x)", "does not stand in src/Dense.cs")]
    [InlineData("Multiply(x)", "does not stand in src/Dense.cs")]
    [InlineData("", "is empty")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13", "has 13 lines; expected 12")]
    public void Other_lines_are_seen(string excerpt, string expected) => Examples.AssertProblems(Check("Words.", "", Marker, "```csharp", excerpt, "```"), $"3: The excerpt {expected}");

    [Fact]
    public void A_missing_block_and_a_missing_file_are_seen()
    {
        Examples.AssertProblems(Check(Marker, "", "```csharp", "}", "```"), "1: Expected a fenced block");
        Examples.AssertProblems(Check(Marker), "1: Expected a fenced block");
        Examples.AssertProblems(Check("<!-- excerpt: src/None.cs -->", "```csharp", "}", "```"), "1: There is no file src/None.cs");
    }

    [Fact]
    public void Blocks_without_the_comment_are_free() => Assert.Empty(Check("```csharp", "anything", "```"));

    private static IEnumerable<Problem> Check(params string[] lines) => ExcerptCheck.Check(Examples.Document(lines), Examples.Tree);
}
