// vae study: many models, a line of figures for each.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Commands;

internal static class StudyCommand
{
    private static readonly StudyPlan Defaults = new();

    public static Command Create(CommandContext context)
    {
        var file = new Option<string>("--out")
        {
            HelpName = "FILE",
            Description = "The study; models that stand in it are left as they are.",
            DefaultValueFactory = _ => Path.Combine("results", "study.csv"),
        }.OfPath();
        var runs = new Option<string>("--runs") { HelpName = "DIR", Description = "Folder of the trained models.", DefaultValueFactory = _ => "results" }.OfPath();
        var heldOut = SharedOptions.List("--held-out", "C,...", "Held-out classes.", Defaults.HeldOut);
        var latent = SharedOptions.List("--latent", "D,...", "Latent dimensions.", Defaults.Latent);
        var beta = SharedOptions.List("--beta", "B,...", "Weights of the KL divergence.", Defaults.Beta);
        var seeds = SharedOptions.List("--seeds", "S,...", "Seeds.", Defaults.Seeds);
        var scores = SharedOptions.Scores("cheap");
        var tables = new Option<bool>("--tables") { Description = "Train nothing; write the tables and verdicts of the study as Markdown." };
        var (epochs, batch, learningRate) = (SharedOptions.Epochs(), SharedOptions.Batch(), SharedOptions.LearningRate());
        var (hidden, variants) = (SharedOptions.Hidden(), new TrainingVariants());
        var (data, threads, jobs, isa) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Jobs(), SharedOptions.Isa());
        var command = new DocumentedCommand("study",
            "Trains and scores a model for every held-out class, latent dimension, beta and seed, and writes a line of figures for each. A study that was "
            + "interrupted goes on where it was.",
            "vae study",
            "vae study --tables",
            "vae study --latent 16 --beta 1 --scores all --out results/scores.csv",
            "vae study --data sample --epochs 1 --seeds 0 --latent 2 --out small.csv")
        {
            file, runs, heldOut, latent, beta, seeds, scores, tables, epochs, batch, learningRate, hidden, data, threads, jobs, isa,
        };
        foreach (var option in variants.All) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(tables))
            {
                Terminal.WriteRaw(StudyMarkdown.Format(ReadExisting(parsed.GetValue(file)!)).TrimEnd('\n'));
                return Failures.Success;
            }

            var plan = new StudyPlan
            {
                Common = variants.Apply(parsed, new TrainingSettings
                {
                    Epochs = parsed.GetValue(epochs),
                    Batch = parsed.GetValue(batch),
                    LearningRate = parsed.GetValue(learningRate),
                    Hidden = parsed.GetValue(hidden)!.Values,
                }),
                HeldOut = parsed.GetValue(heldOut)!.Values,
                Latent = parsed.GetValue(latent)!.Values,
                Beta = parsed.GetValue(beta)!.Values,
                Seeds = parsed.GetValue(seeds)!.Values,
            };
            var models = plan.Models();
            var instructionSet = SharedOptions.ChooseIsa(parsed.GetValue(isa));
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            var runner = new StudyRunner(set, ScoreCatalogue.Choose(parsed.GetValue(scores)!));
            var path = parsed.GetValue(file)!;
            var allThreads = parsed.GetValue(threads);
            var store = runner.Run(path, models, parsed.GetValue(runs)!, parsed.GetValue(jobs) ?? allThreads, allThreads, instructionSet,
                new ProgressDisplay(context.Terminal), context.Cancellation);
            context.Terminal.EndStatus();
            context.Terminal.Results.Profile.Out.Writer.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{store.Rows.Count} models in {path}."));
            return Failures.Success;
        });
        return command;
    }

    /// <summary>Reads a study that has to be there.</summary>
    /// <exception cref="InputException">There is no such file.</exception>
    internal static StudyStore ReadExisting(string path) => File.Exists(path)
        ? StudyStore.Read(path)
        : throw new InputException($"There is no study at {path}; expected a file that 'vae study' has written.");
}
