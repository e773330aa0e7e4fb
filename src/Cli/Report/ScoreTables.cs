// Tables of scores by class.

using System.Text;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ScoreTables
{
    public static string Format(ReportData report)
    {
        var body = new StringBuilder();
        foreach (var table in report.Tables) Append(body, table);
        return $"<section id=\"scores\">\n<h2>Scores by class</h2>\n{body}</section>\n";
    }

    private static void Append(StringBuilder body, ScoreTable table)
    {
        body.Append("<figure>\n<div class=\"scroll\"><table class=\"scores\">\n<tr><th scope=\"col\">held out</th>");
        foreach (var score in table.Scores) body.Append($"<th scope=\"col\">{Html.Text(score)}</th>");
        body.Append("</tr>\n");
        foreach (var row in table.Rows)
        {
            body.Append($"<tr><th scope=\"row\">{Html.Text(row.Name)}</th>");
            foreach (var value in row.Values) body.Append($"<td>{(value is { } number ? Html.Number(number, "0.000") : "–")}</td>");
            body.Append("</tr>\n");
        }

        body.Append($"</table></div>\n<figcaption><p>{Html.Text(table.Caption)}</p>\n{Html.Commands([table.Command])}</figcaption>\n</figure>\n");
    }
}
