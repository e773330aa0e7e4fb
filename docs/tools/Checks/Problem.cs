// What a check has found.

namespace VaeFromScratch.Docs;

/// <summary>A place that is wrong.</summary>
/// <param name="File">The file, from the root of the repository.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
internal sealed record Problem(string File, int Line, string Message)
{
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}: {Message}");
}
