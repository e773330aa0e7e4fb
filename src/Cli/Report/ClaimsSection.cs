// Claims and verdicts.

using System.Text;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class ClaimsSection
{
    public static string Format(ReportData report)
    {
        if (report.Claims.Count == 0) return "";
        var section = new StringBuilder("<section id=\"verdicts\">\n<h2>Verdicts</h2>\n<p>Common claims held against the figures. Every verdict is computed. Two AUC-ROCs of one class differ if they differ by more than half the width of the wider one's 95 % interval, "
            + "which is the noise of the test images; means over classes, if the 95 % interval of their mean difference, over the classes, leaves out zero. Reconstruction errors and divergences differ from 1 % on. "
            + "Latent dimensions that were not trained under every beta are left aside.</p>\n");
        foreach (var group in report.Claims)
        {
            section.Append($"<h3>{Html.Text(Capital(group.Name))}</h3>\n<ul class=\"claims\">\n");
            foreach (var finding in group.Findings) section.Append(Item(finding));
            section.Append("</ul>\n");
        }

        return section.Append(Html.Commands([ReportCommands.Reproduce(report)[0]])).Append("</section>\n").ToString();
    }

    private static string Item(Finding finding)
    {
        var verdict = finding is { Claim: { } claim, Verdict: { } given }
            ? $"<p class=\"verdict\"><span class=\"{Style(given)}\">{Name(given)}</span> {Html.Text(Capital(claim))}.</p>\n"
            : "";
        return $"<li>\n<h4>{Html.Text(finding.Topic)}</h4>\n{verdict}<p>{Html.Text(finding.Text)}</p>\n</li>\n";
    }

    private static string Name(Verdict verdict) => ExperimentTables.Mark(verdict) + verdict switch
    {
        Verdict.Holds => " holds",
        Verdict.Contradicted => " contradicted",
        _ => " not decided",
    };

    private static string Style(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.Contradicted => "contradicted",
        _ => "open",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
