// The repository itself, held to every check. 'dotnet run --project docs/tools -- check' lists the same problems.

namespace VaeFromScratch.Docs.Tests;

public class RepositoryTests
{
    [Fact]
    public void Every_link_of_the_documentation_leads_somewhere() => AssertNone(AllChecks.Links(Repository.Root));

    [Fact]
    public void Every_excerpt_stands_in_its_source() => AssertNone(AllChecks.Excerpts(Repository.Root));

    [Fact]
    public void Equations_are_in_order_and_exist_wherever_they_are_cited() =>
        AssertNone(AllChecks.Equations(Repository.Root, Repository.Chapters));

    [Fact]
    public void Every_number_of_the_walkthrough_in_a_chapter_is_the_one_it_prints() =>
        AssertNone(AllChecks.Walkthrough(Repository.Root, Repository.Chapters));

    [Fact]
    public void Every_test_that_a_chapter_names_exists() =>
        AssertNone(AllChecks.TestNames(Repository.Root, Repository.Chapters));

    [Fact]
    public void There_are_eighteen_chapters_each_with_two_exercises_and_links_to_its_neighbours()
    {
        var chapters = Chapter.ReadAll(Repository.Root, Repository.Chapters);
        Assert.Equal(Enumerable.Range(1, Chapter.Last), chapters.Select(chapter => chapter.Number));
        AssertNone(ChapterCheck.Check(chapters));
    }

    [Fact]
    public void The_check_of_everything_finds_what_any_of_them_finds()
    {
        // A repository with one of each fault.
        var root = Directory.CreateTempSubdirectory("vae-docs-test-").FullName;
        try
        {
            void Write(string path, string text)
            {
                var whole = Path.Combine(root, path);
                Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
                File.WriteAllText(whole, text);
            }

            Write("README.md", "[none](none.md)");
            Write("src/One.cs", "// (1.3)");
            Write("src/obj/Generated.cs", "// (1.4)");
            Write("docs/examples/Two/Program.cs", "// (1.6)");
            Write("docs/math/01-one.md", "# 1 One\n\n(1.5)\n\n<!-- excerpt: src/One.cs -->\n```\nx\n```\n\n<!-- walkthrough:begin 1 -->\n```text\n```\n<!-- walkthrough:end -->\n\n## Exercises\n\n1. `OneTests`\n2. B\n\nEnd");
            var found = AllChecks.Run(root, Path.Combine(root, "docs", "math")).Select(problem => problem.ToString()).Where(problem => !problem.Contains("Step ", StringComparison.Ordinal)).ToArray();
            Assert.Equal(
            [
                "docs/math/01-one.md:3: There is no equation (1.5).",
                "src/One.cs:1: There is no equation (1.3).",
                "docs/examples/Two/Program.cs:1: There is no equation (1.6).",
                "README.md:1: There is no none.md.",
                "docs/math/01-one.md:5: The excerpt does not stand in src/One.cs.",
                $"docs/math/01-one.md:10: The block of step 1 is empty; '{WalkthroughBlocks.FillCommand}' fills it.",
                "docs/math/01-one.md:17: There is no test class OneTests.",
                "docs/math/01-one.md:20: The last line is not '[Contents](README.md)'.",
            ],
            found);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void AssertNone(IEnumerable<Problem> problems)
    {
        var found = problems.ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found.Select(problem => problem.ToString())));
    }
}
