// vae train: one model.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

internal static class TrainCommand
{
    private static readonly TrainingSettings Defaults = new();

    public static Command Create(CommandContext context)
    {
        var heldOut = SharedOptions.Number("--held-out", "C", "The class, 0 to 9, that is left out of training and is the anomaly in the test.", Defaults.HeldOut);
        var latent = SharedOptions.Number("--latent", "D", "Latent dimensions.", Defaults.Latent);
        var beta = SharedOptions.Number("--beta", "B", "Weight of the KL divergence in the loss.", Defaults.Beta);
        var (epochs, batch, learningRate) = (SharedOptions.Epochs(), SharedOptions.Batch(), SharedOptions.LearningRate());
        var (hidden, seed, variants) = (SharedOptions.Hidden(), SharedOptions.Seed(), new TrainingVariants());
        var output = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description = "Folder of the run. [default: the one that 'vae reproduce' uses for these settings, below results]",
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Start anew, whatever run the folder holds." };
        var (data, threads, isa) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa());
        var (checkpointEvery, json) = (SharedOptions.CheckpointEvery(), SharedOptions.Json());

        var command = new DocumentedCommand("train",
            "Trains a model and writes model.safetensors, metrics.jsonl and run.json. A run that was interrupted goes on from its last checkpoint.",
            "vae train --latent 16 --beta 1 --out my-run",
            "vae train --data sample --held-out 8 --hidden 512,256 --out small",
            "vae train --likelihood gaussian --warm-up 5 --calibration 5000",
            "vae train --epochs 5 --out my-run --overwrite --json")
        {
            heldOut, latent, beta, epochs, batch, learningRate, hidden, seed, output, overwrite, data, threads, isa, checkpointEvery, json,
        };
        foreach (var option in variants.All) command.Add(option);
        command.SetAction(parsed =>
        {
            var settings = variants.Apply(parsed, new TrainingSettings
            {
                HeldOut = parsed.GetValue(heldOut),
                Latent = parsed.GetValue(latent),
                Beta = parsed.GetValue(beta),
                Epochs = parsed.GetValue(epochs),
                Batch = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(learningRate),
                Hidden = parsed.GetValue(hidden)!.Values,
                Seed = parsed.GetValue(seed),
            });
            settings.Validate(FashionMnist.ClassNames.Length);
            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            // What depends on the number of images, before a folder is made.
            CalibrationSplit.Of(settings, set.Train);
            var folder = new RunFolder(parsed.GetValue(output) ?? ExperimentSettings.CellFolder("results", settings, set.IsSample))
            {
                CheckpointInterval = TimeSpan.FromSeconds(parsed.GetValue(checkpointEvery)),
            };
            Train(context, engine, settings, set, folder, parsed.GetValue(overwrite), parsed.GetValue(json));
            return Failures.Success;
        });
        return command;
    }

    private static void Train(
        CommandContext context, Engine engine, TrainingSettings settings, FashionMnist data, RunFolder folder, bool overwrite, bool json)
    {
        if (overwrite) folder.Clear();
        if (folder.FindFinished(settings, data.Sha256) is not null) context.Terminal.Log($"The run in {folder.Path} is finished.");

        var announcement = File.Exists(folder.CheckpointPath) ? $"Continuing the run in {folder.Path}." : null;
        var report = folder.Train(engine, settings, data, new ProgressDisplay(context.Terminal, announcement), context.Cancellation);
        context.Terminal.EndStatus();
        if (json)
        {
            Terminal.WriteRaw(report.ToJson());
            return;
        }

        Tables.WriteEvaluation(context.Terminal.Results, report.Evaluation);
        context.Terminal.Results.Profile.Out.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Model {folder.ModelPath}, {report.Steps} steps, weights SHA-256 {report.WeightsSha256[..16]}..."));
    }
}
