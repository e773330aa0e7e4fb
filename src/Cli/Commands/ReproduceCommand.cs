// vae reproduce: the grid experiment, its table and its analysis.

using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Cli.Report;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

internal static class ReproduceCommand
{
    private const string AllClasses = "all";

    private static readonly ExperimentSettings Defaults = new();

    public static Command Create(CommandContext context)
    {
        var heldOut = new Option<NumberList<int>>("--held-out")
        {
            HelpName = "C,...",
            Description = $"Held-out classes, 0 to 9, or '{AllClasses}': each is the anomaly of a grid of its own.",
            DefaultValueFactory = _ => new NumberList<int>(Defaults.HeldOut),
            CustomParser = result => result.Tokens[0].Value == AllClasses
                ? new NumberList<int>([.. Enumerable.Range(0, FashionMnist.ClassNames.Length)])
                : SharedOptions.ParseList<int>(result),
        };
        var latent = SharedOptions.List("--latent", "D,...", "Latent dimensions: the rows of the grid.", Defaults.Latent);
        var beta = SharedOptions.List("--beta", "B,...", "Weights of the KL divergence: the columns of the grid.", Defaults.Beta);
        var (epochs, batch, learningRate) = (SharedOptions.Epochs(), SharedOptions.Batch(), SharedOptions.LearningRate());
        var (hidden, seed) = (SharedOptions.Hidden(), SharedOptions.Seed());
        var output = new Option<string>("--out") { HelpName = "DIR", Description = "Folder of all results.", DefaultValueFactory = _ => "results" }.OfPath();
        var (data, threads, isa, json) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa(), SharedOptions.Json());
        var jobs = SharedOptions.Jobs();

        var command = new DocumentedCommand("reproduce",
            "Trains a model for every latent dimension and beta, and ends with the table of AUC-ROC and what it shows. Finished models are not trained again.",
            "vae reproduce",
            "vae reproduce --held-out all",
            "vae reproduce --data sample --epochs 2 --latent 2,8 --beta 0.1,1")
        {
            heldOut, latent, beta, epochs, batch, learningRate, hidden, seed, output, data, threads, jobs, isa, json,
        };
        command.SetAction(parsed =>
        {
            var settings = new ExperimentSettings
            {
                HeldOut = parsed.GetValue(heldOut)!.Values,
                Latent = parsed.GetValue(latent)!.Values,
                Beta = parsed.GetValue(beta)!.Values,
                Common = new TrainingSettings
                {
                    Epochs = parsed.GetValue(epochs),
                    Batch = parsed.GetValue(batch),
                    LearningRate = parsed.GetValue(learningRate),
                    Hidden = parsed.GetValue(hidden)!.Values,
                    Seed = parsed.GetValue(seed),
                },
            };
            settings.Validate();
            var instructionSet = SharedOptions.ChooseIsa(parsed.GetValue(isa));
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            var experiment = new Experiment(parsed.GetValue(output)!, settings, set);
            var allThreads = parsed.GetValue(threads);
            experiment.Run(parsed.GetValue(jobs) ?? allThreads, allThreads, instructionSet, new ProgressDisplay(context.Terminal), context.Cancellation);
            context.Terminal.EndStatus();
            return Finish(context, experiment, set, parsed.GetValue(json), allThreads, instructionSet);
        });
        return command;
    }

    private static int Finish(CommandContext context, Experiment experiment, FashionMnist data, bool json, int threads, string instructionSet)
    {
        var report = experiment.Report();
        var table = Path.Combine(experiment.TableFolder, "table.json");
        AtomicFile.WriteAllText(table, report.ToJson() + "\n");
        AtomicFile.WriteAllText(Path.ChangeExtension(table, "md"), ExperimentMarkdown.Format(report));
        if (json) Terminal.WriteRaw(report.ToJson());
        else
        {
            ExperimentTables.Write(context.Terminal.Results, report);
            Tables.Line(context.Terminal.Results, $"Written to {table} and {Path.GetFileName(Path.ChangeExtension(table, "md"))}.");
        }

        foreach (var failure in experiment.Failures)
            Failures.Write(string.Create(CultureInfo.InvariantCulture, $"Cell {failure.Cell.Number} failed: {failure.Message}"));
        var hasPage = WritePage(context, experiment, data, json, threads, instructionSet);
        return experiment.Failures.Count == 0 && hasPage ? Failures.Success : Failures.RunFailed;
    }

    // The page comes after the table, which nothing that goes wrong with it can take away.
    private static bool WritePage(CommandContext context, Experiment experiment, FashionMnist data, bool json, int threads, string instructionSet)
    {
        FinishedRun[] runs = [.. experiment.Cells.Zip(experiment.Reports).Where(cell => cell.Second is not null).Select(cell => FinishedRun.From(cell.First.Folder, cell.Second!))];
        if (runs.Length == 0) return true;
        var path = Path.Combine(experiment.TableFolder, "report.html");
        try
        {
            using var engine = new Engine(threads, instructionSet);
            ReportFile.Write(path, engine, data, RunSearch.Of(runs, []));
            if (!json) Tables.Line(context.Terminal.Results, $"Written to {path}: the report, a page for a browser.");
            return true;
        }
        catch (Exception e) when (e is InputException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Failures.Write($"The report was not written, the table was: {e.Message}");
            return false;
        }
    }
}
