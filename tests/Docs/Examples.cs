// Small chapters and sources in memory, right until a test breaks them.

namespace VaeFromScratch.Docs.Tests;

/// <summary>Files by path; every folder on the way to one exists.</summary>
internal sealed class MemoryTree(params (string Path, string Text)[] files) : ISourceTree
{
    public bool Exists(string path) => files.Any(file => file.Path == path || file.Path.StartsWith(path + "/", StringComparison.Ordinal));

    public IReadOnlyList<string>? Read(string path) => files.FirstOrDefault(file => file.Path == path).Text?.Split('\n');
}

internal static class Examples
{
    public const string Source = """
        namespace Example;

        public static class Dense
        {
            // y = x·W + b                     (1.1)
            public static void Forward<T>(Matrix<T> x)
            {
                Multiply(x);
            }

            public static void Backward<T>(Matrix<T> dy)
            {
                if (dy.Rows == 0)
                {
                    return;
                }
            }
        }
        """;

    public static readonly MemoryTree Tree = new(("src/Dense.cs", Source), ("docs/math/01-one.md", "# 1 One"), ("docs/math/figures/graph.svg", "<svg/>"), ("README.md", "# Read me"));

    private const string One = """
        # 1 One

        Nothing has to be known before.

        ```math
        y = x W + b \tag{1.1}
        ```

        With (1.1) and (2.1) all is said.

        ```math
        z = y \quad \text{by (1.1)} \tag{1.2}
        ```

        ## Exercises

        1. Change it.
           And look.
        2. Change it back.

        ## Sources

        [Contents](README.md) · [Next](02-two.md)

        """;

    private const string Two = """
        # 2 Two

        ```math
        \begin{aligned}
        a &= b \\
        c &= d
        \end{aligned} \tag{2.1}
        ```

        ## Exercises

        1. Change it.
        2. Change it back.

        ## Sources

        [Previous](01-one.md) · [Contents](README.md)
        """;

    /// <summary>Two chapters without a fault, in each of which a text may be replaced.</summary>
    public static IReadOnlyList<Chapter> Chapters(string old = "", string replacement = "")
    {
        if (old.Length > 0) Assert.Contains(old, One + Two, StringComparison.Ordinal);
        return [Read("01-one.md", One), Read("02-two.md", Two)];

        Chapter Read(string name, string text) =>
            Chapter.From(new MarkdownFile($"docs/math/{name}", old.Length > 0 ? text.Replace(old, replacement, StringComparison.Ordinal) : text))!;
    }

    /// <summary>A document of docs/math.</summary>
    public static MarkdownFile Document(params string[] lines) => new("docs/math/01-one.md", string.Join('\n', lines));

    /// <summary>Demands that there are as many problems as texts, and that each has its text, and its line in front of a colon.</summary>
    public static void AssertProblems(IEnumerable<Problem> problems, params string[] expected)
    {
        var found = problems.Select(problem => $"{problem.Line}: {problem.Message}").ToArray();
        Assert.True(found.Length == expected.Length, $"Expected {expected.Length} problems, found:\n{string.Join('\n', found)}");
        foreach (var (problem, text) in found.Zip(expected)) Assert.Contains(text, problem, StringComparison.Ordinal);
    }
}
