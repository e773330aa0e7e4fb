// vae train: one model.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

internal static class TrainCommand
{
    private static readonly TrainingSettings Defaults = new();

    public static Command Create(CommandContext context)
    {
        var (heldOut, beta) = (SharedOptions.HeldOut(), SharedOptions.Beta());
        var latent = SharedOptions.Number("--latent", "D", "Latent dimensions.", Defaults.Latent);
        var (epochs, batch, learningRate) = (SharedOptions.Epochs(), SharedOptions.Batch(), SharedOptions.LearningRate());
        var (hidden, seed, variants, own) = (SharedOptions.Hidden(), SharedOptions.Seed(), new TrainingVariants(), new InputTraining());
        var output = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description = "Folder of the run. [default: the one that 'vae reproduce' uses for these settings, below results]",
        }.OfPath();
        var tensorBoard = new Option<string?>("--tensorboard")
        {
            HelpName = "DIR",
            Description = $"Folder for the losses of each epoch as TensorBoard reads them, in {TensorBoardFile.FileName}.",
        }.OfPath();
        var overwrite = new Option<bool>("--overwrite") { Description = "Start anew, whatever run the folder holds." };
        var (data, threads, isa) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa());
        var (checkpointEvery, json) = (SharedOptions.CheckpointEvery(), SharedOptions.Json());

        var command = new DocumentedCommand("train",
            "Trains a model and writes model.safetensors, metrics.jsonl and run.json. A run that was interrupted goes on from its last checkpoint. With --input "
            + "the model is a detector of own data, for 'vae score'; options that are not given follow from the size of the data then.",
            "vae train --latent 16 --beta 1 --out my-run",
            "vae train --data sample --held-out 8 --hidden 512,256 --out small",
            "vae train --likelihood gaussian --warm-up 5 --calibration 5000",
            "vae train --input sensors.csv --label state --normal ok --out my-detector",
            "vae train --epochs 5 --out my-run --overwrite --json")
        {
            heldOut, latent, beta, epochs, batch, learningRate, hidden, seed, output, tensorBoard, overwrite, data, threads, isa, checkpointEvery, json,
        };
        foreach (var option in variants.All.Concat(own.All)) command.Add(option);
        command.SetAction(parsed =>
        {
            RunFolder Folder(Func<string> byDefault) => new(parsed.GetValue(output) ?? byDefault())
            {
                CheckpointInterval = TimeSpan.FromSeconds(parsed.GetValue(checkpointEvery)),
                TensorBoardFolder = parsed.GetValue(tensorBoard),
                Overwrites = parsed.GetValue(overwrite),
            };
            if (parsed.GetValue(own.Input.Path) is not null)
            {
                foreach (var other in new Option[] { heldOut, data })
                    if (SharedOptions.IsGiven(parsed, other)) throw new InputException($"{other.Name} is given with --input; expected it for Fashion-MNIST alone.");
                var options = variants.Apply(parsed, new DetectorOptions
                {
                    Latent = SharedOptions.Given(parsed, latent),
                    Beta = SharedOptions.Given(parsed, beta),
                    Epochs = SharedOptions.Given(parsed, epochs),
                    Batch = SharedOptions.Given(parsed, batch),
                    LearningRate = SharedOptions.Given(parsed, learningRate),
                    Hidden = SharedOptions.IsGiven(parsed, hidden) ? parsed.GetValue(hidden)!.Values : null,
                    Seed = parsed.GetValue(seed),
                });
                using var ownEngine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
                var rows = own.Prepare(parsed, options, context.Cancellation);
                var ownFolder = Folder(() => own.DefaultFolder(parsed));
                Train(context, ownFolder, ownFolder.FindFinished(rows.Settings, rows.Sha256) is not null, parsed.GetValue(json),
                    progress => ownFolder.Train(ownEngine, rows, progress, context.Cancellation), _ => InputTraining.Tell(context, rows, ownFolder.ModelPath));
                return Failures.Success;
            }

            foreach (var other in own.All)
                if (SharedOptions.IsGiven(parsed, other)) throw new InputException($"{other.Name} is given without --input; expected the data that it is about.");
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
            var folder = Folder(() => ExperimentSettings.CellFolder("results", settings, set.Part));
            Train(context, folder, folder.FindFinished(settings, set.Sha256) is not null, parsed.GetValue(json),
                progress => folder.Train(engine, settings, set, progress, context.Cancellation),
                report => Tables.WriteEvaluation(context.Terminal.Results, report.Evaluation));
            return Failures.Success;
        });
        return command;
    }

    // What there is to say of the model itself stands before the line that all runs end with.
    private static void Train(
        CommandContext context, RunFolder folder, bool isFinished, bool json, Func<ProgressDisplay, RunReport> train, Action<RunReport> tell)
    {
        if (isFinished) context.Terminal.Log($"The run in {folder.Path} is finished.");
        var announcement = !folder.Overwrites && File.Exists(folder.CheckpointPath) ? $"Continuing the run in {folder.Path}." : null;
        var report = train(new ProgressDisplay(context.Terminal, announcement));
        context.Terminal.EndStatus();
        if (json)
        {
            Terminal.WriteRaw(report.ToJson());
            return;
        }

        tell(report);
        context.Terminal.Results.Profile.Out.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Model {folder.ModelPath}, {report.Steps} steps, weights SHA-256 {report.WeightsSha256[..16]}..."));
    }
}
