// Lines of comma-separated values, RFC 4180 without line breaks inside of fields.

using System.Text;

namespace VaeFromScratch.Vae.Study;

/// <summary>Joins and splits lines of comma-separated values; a field with a comma or a quote stands in quotes.</summary>
internal static class Csv
{
    private const char Quote = '"';

    /// <summary>A line of fields, without its end.</summary>
    public static string Join(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted));

    /// <summary>The fields of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">A quote is not closed, or stands inside of a field without quotes.</exception>
    public static List<string> Split(string line, string place)
    {
        var fields = new List<string>();
        for (var start = 0; ;)
        {
            var end = start < line.Length && line[start] == Quote ? EndOfQuoted(line, start, place) : EndOfPlain(line, start, place);
            var field = line[start..end];
            fields.Add(field.StartsWith(Quote) ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field);
            if (end == line.Length) return fields;
            if (line[end] != ',') throw new InvalidDataException($"{place}: a field goes on after its closing quote.");
            start = end + 1;
        }
    }

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(',', Quote) < 0 ? field : new StringBuilder(field).Replace("\"", "\"\"").Insert(0, Quote).Append(Quote).ToString();

    private static int EndOfPlain(string line, int start, string place)
    {
        var end = line.IndexOf(',', start);
        if (end < 0) end = line.Length;
        if (line.AsSpan(start, end - start).Contains(Quote)) throw new InvalidDataException($"{place}: a quote stands inside of a field without quotes.");
        return end;
    }

    private static int EndOfQuoted(string line, int start, string place)
    {
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] != Quote) continue;
            if (i + 1 == line.Length || line[i + 1] != Quote) return i + 1;
            i++;
        }

        throw new InvalidDataException($"{place}: a quote is not closed.");
    }
}
