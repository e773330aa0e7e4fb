// How to make every model again and tell that it is the same.

using System.Text;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ReproductionSection
{
    private const int FewRuns = 20;

    public static string Format(ReportData report)
    {
        var section = new StringBuilder("<section id=\"reproduce\">\n<h2>Reproduce it</h2>\n<p>Same settings and same data give the same weights, to the bit, on any machine, instruction set and number of "
            + "threads; <code>run.json</code> of a run tells its <code>weightsSha256</code>, to be compared with the one below.</p>\n<pre>");
        foreach (var command in ReportCommands.Reproduce(report)) section.Append(Html.Text(command)).Append('\n');
        section.Append(Html.Text(ReportCommands.WithData(report))).Append("</pre>\n");

        section.Append("<h3>Settings of all models</h3>\n<div class=\"scroll\"><table>\n");
        foreach (var (name, value) in report.Runs[0].Common) section.Append(Row(name, value));
        section.Append("</table></div>\n<h3>Data</h3>\n<div class=\"scroll\"><table class=\"sums\">\n<tr><th scope=\"col\">file</th><th scope=\"col\">SHA-256 of its content</th></tr>\n");
        foreach (var (name, sum) in report.Data) section.Append(Row(name, sum));
        section.Append($"</table></div>\n<h3>Models</h3>\n<details{(report.Runs.Count <= FewRuns ? " open=\"open\"" : "")}><summary>{ReportText.Count(report.Runs.Count, "model")}</summary>\n");
        AppendRuns(section, report);
        section.Append("</details>\n");

        if (report.LeftOut.Count > 0)
        {
            section.Append("<p>Found as well and not in this report:</p>\n<ul>\n");
            foreach (var leftOut in report.LeftOut) section.Append($"<li>{ReportText.Count(leftOut.Runs, "run")} {Html.Text(leftOut.Why)}</li>\n");
            section.Append("</ul>\n");
        }

        return section.Append("</section>\n").ToString();
    }

    private static void AppendRuns(StringBuilder section, ReportData report)
    {
        section.Append("<div class=\"scroll\"><table class=\"sums\">\n<tr>");
        foreach (var name in new[] { "held out", "latent", "beta", "seed", "AUC-ROC", "weightsSha256" }) section.Append($"<th scope=\"col\">{name}</th>");
        section.Append("</tr>\n");
        foreach (var run in report.Runs)
        {
            section.Append($"<tr><td>{Html.Number(run.HeldOut)}</td><td>{Html.Number(run.Latent)}</td><td>{Html.Number(run.Beta, "0.######")}</td><td>{Html.Number(run.Seed, "0")}</td>"
                + $"<td>{Html.Number(run.Report.Evaluation.Scores["mse"].Auroc, "0.0000")}</td><td><code>{Html.Text(run.Report.WeightsSha256)}</code></td></tr>\n");
        }

        section.Append("</table></div>\n");
    }

    private static string Row(string name, string value) => $"<tr><th scope=\"row\">{Html.Text(name)}</th><td><code>{Html.Text(value)}</code></td></tr>\n";
}
