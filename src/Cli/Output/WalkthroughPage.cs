// The walkthrough as a page: one file, no scripts, light and dark, for wide screens and for phones.

using System.Collections.Immutable;
using System.Net;
using System.Text;
using VaeFromScratch.Vae.Walkthrough;

namespace VaeFromScratch.Cli.Output;

internal static class WalkthroughPage
{
    private const string Title = "One training step of a variational autoencoder, number by number";

    // HTML that is XML too, so that a parser can tell whether it is well-formed.
    private const string Head = $$"""
        <!DOCTYPE html>
        <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{{Title}}</title>
        <style>
        :root { --text: #1c2024; --soft: #5c6670; --line: #d5dae0; --back: #ffffff; --panel: #f4f6f8; --accent: #0b5cad; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e4e7eb; --soft: #9aa5b1; --line: #39424d; --back: #15181c; --panel: #1f242a; --accent: #7db8f0; }
        }
        body { margin: 0 auto; max-width: 46rem; padding: 1rem; color: var(--text); background: var(--back); font: 1rem/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; line-height: 1.25; }
        h2 { font-size: 1.2rem; line-height: 1.25; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
        a { color: var(--accent); }
        .formula { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0.75rem 0 0; padding: 0.4rem 0.75rem; background: var(--panel); }
        .formula b { font-weight: normal; }
        .formula span { color: var(--soft); }
        .formula, .hand, table { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.875rem; }
        .hand { margin: 0.25rem 0 0; padding: 0 0.75rem; color: var(--soft); overflow-wrap: anywhere; }
        .side { display: flex; flex-wrap: wrap; gap: 0 2rem; }
        .scroll { overflow-x: auto; }
        table { margin: 0.75rem 0 0; border-collapse: collapse; }
        caption { text-align: left; color: var(--soft); white-space: nowrap; }
        th, td { padding: 0.1rem 0 0.1rem 0.9rem; text-align: right; white-space: nowrap; font-weight: normal; }
        th { color: var(--soft); }
        th:first-child { text-align: left; padding-left: 0; }
        .columns th { white-space: normal; vertical-align: bottom; }
        @media (max-width: 30rem) {
          .formula, .hand, table { font-size: 0.8125rem; }
          th, td { padding-left: 0.6rem; }
        }
        </style>
        </head>
        <body>

        """;

    /// <summary>The page.</summary>
    public static string Format(ImmutableArray<StoryStep> story)
    {
        var page = new StringBuilder(Head).Append($"<h1>{Title}</h1>\n");
        page.Append("<p>Printed by <code>vae walkthrough</code>; a number in parentheses is that of an equation in <code>docs/math</code>.</p>\n");
        if (story.Length > 1)
        {
            page.Append("<ol>\n");
            foreach (var step in story) page.Append($"<li><a href=\"#step-{Index(step)}\">{Encode(step.Title)}</a></li>\n");
            page.Append("</ol>\n");
        }

        foreach (var step in story)
        {
            page.Append($"<h2 id=\"step-{Index(step)}\">{Encode(StoryText.Heading(step))}</h2>\n");
            foreach (var part in step.Parts) Append(page, part);
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, StoryPart part)
    {
        switch (part)
        {
            case Prose prose:
                page.Append($"<p>{Encode(prose.Text)}</p>\n");
                break;
            case Formula formula:
                page.Append($"<p class=\"formula\"><b>{Encode(formula.Text)}</b> <span>{Encode(formula.Citation)}</span></p>\n");
                break;
            case ByHand example:
                page.Append($"<p class=\"hand\">{Encode(example.Text)}</p>\n");
                break;
            case Values values:
                AppendMatrix(page, StoryText.NameAndShape(values.Name, values.Numbers), values.Numbers, values.Decimals);
                break;
            case Comparison comparison:
                page.Append("<div class=\"side\">\n");
                AppendMatrix(page, StoryText.NameAndShape(comparison.Name, comparison.Numbers), comparison.Numbers, comparison.Decimals);
                AppendMatrix(page, comparison.OtherName, comparison.Other, comparison.Decimals);
                page.Append("</div>\n");
                break;
            case Table table:
                AppendTable(page, table);
                break;
        }
    }

    private static void AppendMatrix(StringBuilder page, string caption, ImmutableArray<ImmutableArray<double>> rows, int decimals)
    {
        page.Append($"<div class=\"scroll\"><table>\n<caption>{Encode(caption)}</caption>\n");
        foreach (var row in rows) page.Append("<tr>").AppendJoin("", row.Select(number => Cell(number, decimals))).Append("</tr>\n");
        page.Append("</table></div>\n");
    }

    private static void AppendTable(StringBuilder page, Table table)
    {
        page.Append("<div class=\"scroll\"><table>\n<tr class=\"columns\">").AppendJoin("", table.Headers.Select(Header)).Append("</tr>\n");
        foreach (var row in table.Rows)
            page.Append("<tr>").Append(Header(row.Label)).AppendJoin("", row.Numbers.Select(number => Cell(number, table.Decimals))).Append("</tr>\n");
        page.Append("</table></div>\n");
    }

    private static string Header(string text) => $"<th>{Encode(text)}</th>";

    // A minus sign and not a hyphen, which is shorter than a digit in many fonts.
    private static string Cell(double number, int decimals) => $"<td>{StoryNumbers.Format(number, decimals).Replace('-', '\u2212')}</td>";

    private static string Index(StoryStep step) => StoryNumbers.Format(step.Number, 0);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
