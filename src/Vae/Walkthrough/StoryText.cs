// A step of the story as lines of plain text: what the command prints and what the chapters of docs/math contain.

using System.Collections.Immutable;
using System.Globalization;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Writes a step of the walkthrough as text.</summary>
public static class StoryText
{
    /// <summary>The longest line.</summary>
    public const int Width = 80;

    private const int Indent = 2, LabelWidth = 14, Gap = 4;

    /// <summary>The heading of a step.</summary>
    public static string Heading(StoryStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return string.Create(CultureInfo.InvariantCulture, $"Step {step.Number}. {step.Title}");
    }

    /// <summary>The lines below the heading, without a line break at their ends; the first and the last are not empty.</summary>
    public static IReadOnlyList<string> Body(StoryStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var lines = new List<string>();
        StoryPart? last = null;
        foreach (var part in step.Parts)
        {
            if (last is not null && IsApart(last, part)) lines.Add("");
            lines.AddRange(Lines(part));
            last = part;
        }

        return lines;
    }

    /// <summary>Heading, an empty line and the body, each line ended by a line feed.</summary>
    public static string Whole(StoryStep step) => string.Concat([Heading(step), "\n\n", .. Body(step).Select(line => line + "\n")]);

    /// <summary>The name of a matrix with its shape.</summary>
    public static string NameAndShape(string name, ImmutableArray<ImmutableArray<double>> numbers) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} [{numbers.Length}, {numbers[0].Length}]");

    // A row of a single number or a few stays with the one before it, as does a formula with its example.
    private static bool IsApart(StoryPart last, StoryPart part) => (last, part) switch
    {
        (Formula, Formula or ByHand) => false,
        (ByHand, ByHand) => false,
        (Values { Numbers.Length: 1 }, Values { Numbers.Length: 1 }) => false,
        (Comparison { Numbers.Length: 1 }, Comparison { Numbers.Length: 1 }) => false,
        _ => true,
    };

    private static IEnumerable<string> Lines(StoryPart part) => part switch
    {
        Prose prose => Wrap(prose.Text, "", ""),
        Formula formula => [FormulaLine(formula)],
        ByHand example => Wrap(example.Text, new string(' ', 2 * Indent), new string(' ', 4 * Indent)),
        Values values => values.Numbers.Select((row, i) => MatrixRow(i == 0 ? NameAndShape(values.Name, values.Numbers) : "", row, values.Decimals)),
        Comparison comparison => ComparisonLines(comparison),
        Table table => TableLines(table),
        _ => throw new ArgumentException($"There is no text for {part.GetType().Name}.", nameof(part)),
    };

    private static string FormulaLine(Formula formula) =>
        new string(' ', 2 * Indent) + (formula.Text + formula.Citation.PadLeft(Width - 2 * Indent - formula.Text.Length)).TrimEnd();

    private static string MatrixRow(string name, ImmutableArray<double> row, int decimals) =>
        new string(' ', Indent) + name.PadRight(LabelWidth) + Numbers(row, decimals);

    private static IEnumerable<string> ComparisonLines(Comparison comparison)
    {
        var name = new string(' ', Indent) + NameAndShape(comparison.Name, comparison.Numbers);
        var width = Math.Max(name.Length, 2 * Indent + Numbers(comparison.Numbers[0], comparison.Decimals).Length) + Gap;
        yield return name.PadRight(width) + comparison.OtherName;
        foreach (var (row, other) in comparison.Numbers.Zip(comparison.Other))
            yield return (new string(' ', 2 * Indent) + Numbers(row, comparison.Decimals)).PadRight(width) + Numbers(other, comparison.Decimals);
    }

    private static IEnumerable<string> TableLines(Table table)
    {
        var labelWidth = table.Rows.Select(row => row.Label.Length).Append(table.Headers[0].Length).Max();
        int[] widths = [.. table.Headers.Skip(1).Select((header, i) =>
            Indent + table.Rows.Select(row => StoryNumbers.Format(row.Numbers[i], table.Decimals).Length).Append(header.Length).Max())];
        string Row(string label, IEnumerable<string> cells) =>
            (new string(' ', Indent) + label.PadRight(labelWidth) + string.Concat(cells.Select((cell, i) => cell.PadLeft(widths[i])))).TrimEnd();

        List<string> lines = [Row(table.Headers[0], table.Headers.Skip(1))];
        lines.AddRange(table.Rows.Select(row => Row(row.Label, row.Numbers.Select(number => StoryNumbers.Format(number, table.Decimals)))));
        if (!table.IsLong) return lines;

        var half = table.Rows.Length - table.Rows.Length / 2;
        var beside = lines.Skip(1 + half).Prepend(lines[0]).Append("");
        return lines.Take(1 + half).Zip(beside, (left, right) => (left + new string(' ', Gap) + right).TrimEnd());
    }

    // A sign's place is kept, so that columns stand still whatever the signs.
    private static string Numbers(ImmutableArray<double> row, int decimals) =>
        string.Join(' ', row.Select(number => StoryNumbers.Format(number, decimals).PadLeft(decimals + 4)));

    // Breaks lines between words.
    private static IEnumerable<string> Wrap(string text, string indent, string laterIndent)
    {
        var (line, isEmpty) = (indent, true);
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                (line, isEmpty) = (laterIndent, true);
            }

            (line, isEmpty) = (isEmpty ? line + word : $"{line} {word}", false);
        }

        yield return line;
    }
}
