// Tests that a chapter names: its exercises say which of them go red.

using System.Text.RegularExpressions;

namespace VaeFromScratch.Docs;

/// <summary>Checks the names of tests in backticks.</summary>
/// <remarks>
/// <c>DenseTests</c> and <c>DenseTests.A_bias_of_another_shape_is_refused</c> are known by the ending of the class, and the name of a method
/// alone by two underscores or more.
/// </remarks>
internal static partial class TestNameCheck
{
    /// <summary>Names that no test has.</summary>
    /// <param name="file">The chapter.</param>
    /// <param name="tests">The sources of the tests.</param>
    public static IEnumerable<Problem> Check(MarkdownFile file, IReadOnlyCollection<string> tests)
    {
        foreach (Match name in Name().Matches(file.Prose))
        {
            var (type, method) = (name.Groups["class"].Value, name.Groups["method"].Value);
            var sources = type.Length == 0 ? tests : [.. tests.Where(test => HasWord(test, $"class {type}"))];
            var message = sources.Count == 0 ? $"There is no test class {type}."
                : method.Length > 0 && !sources.Any(source => HasWord(source, method)) ? $"There is no test {name.Value.Trim('`')}."
                : null;
            if (message is not null) yield return file.ProblemAt(MarkdownFile.LineOf(file.Prose, name.Index), message);
        }
    }

    private static bool HasWord(string text, string word) => Regex.IsMatch(text, $@"(?<!\w){Regex.Escape(word)}(?!\w)");

    [GeneratedRegex("`(?:(?<class>[A-Z]\\w*Tests)(?:\\.(?<method>[A-Z]\\w*))?|(?<method>[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,}))`")]
    private static partial Regex Name();
}
