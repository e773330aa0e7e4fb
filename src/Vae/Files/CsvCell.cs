// How a text stands in a comma-separated file that this project writes.

namespace VaeFromScratch.Vae.Files;

/// <summary>A cell of a file of comma-separated values (RFC 4180).</summary>
public static class CsvCell
{
    /// <summary>A text as a cell: in quotes where it has to be, with those inside of it doubled; empty for null.</summary>
    public static string Of(string? text) =>
        text is null ? "" : text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
