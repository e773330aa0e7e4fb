// vae report: a page of everything that finished runs show.

using System.CommandLine;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Cli.Report;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Commands;

internal static class ReportCommand
{
    public static Command Create(CommandContext context)
    {
        var results = new Argument<string>("RESULTS")
        {
            Description = "Folder of results, or of one run: every finished run below it is in the report, and what study.csv in it says.",
            DefaultValueFactory = _ => "results",
        };
        var output = new Option<string>("--out", "-o") { HelpName = "FILE", Description = "The page.", DefaultValueFactory = _ => "report.html" }.OfPath();
        var (data, threads, isa) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa());
        var command = new DocumentedCommand("report",
            "Writes one page, which needs no other file, on finished runs: how well they detect by latent dimension and beta, ROC curves, scores, reconstructions, the latent space, "
            + "training, verdicts, and how to reproduce them.",
            "vae report results -o report.html",
            "vae report my-run --data sample")
        {
            results, output, data, threads, isa,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(output)!;
            if (path.Length == 0) throw new InputException("--out is ''; expected the name of a file.");
            var root = parsed.GetValue(results)!;
            if (!Directory.Exists(root)) throw new InputException($"There is no folder '{root}'; expected one that 'vae reproduce' or 'vae train' has written.");
            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            ReportFile.Write(path, engine, set, RunSearch.Below(root, set.Sha256), Path.Combine(root, "study.csv"));
            Tables.Line(context.Terminal.Results, $"The report is {path}.");
            return Failures.Success;
        });
        return command;
    }
}
