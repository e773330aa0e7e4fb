// vae import: weights that were trained elsewhere as a model of ours.

using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae import --json</c> writes.</summary>
internal sealed record ImportReport(string Model, string Architecture, string WeightsSha256);

internal static class ImportCommand
{
    public static Command Create(CommandContext context)
    {
        var path = new Argument<string>("WEIGHTS") { Description = "A safetensors file with PyTorch's names: encoder.0.weight, ..., mu.weight, logvar.weight, decoder.0.weight, ..." };
        var output = new Option<string>("--out", "-o") { HelpName = "MODEL", Description = "The model file.", Required = true }.OfPath();
        var (heldOut, beta, likelihood) = (SharedOptions.HeldOut(), SharedOptions.Beta(), SharedOptions.Likelihood());
        var (epochs, batch, learningRate, seed) = (SharedOptions.Epochs(), SharedOptions.Batch(), SharedOptions.LearningRate(), SharedOptions.Seed());
        var json = SharedOptions.Json();
        var command = new DocumentedCommand("import",
            "Makes a model file of weights that were trained in PyTorch. Sizes are read from the tensors; what they do not tell can be given, and is recorded.",
            "vae import weights.safetensors -o model.safetensors --held-out 8",
            "vae import weights.safetensors -o model.safetensors --likelihood gaussian")
        {
            path, output, heldOut, beta, likelihood, epochs, batch, learningRate, seed, json,
        };
        command.SetAction(parsed =>
        {
            var settings = new TrainingSettings
            {
                HeldOut = parsed.GetValue(heldOut),
                Beta = parsed.GetValue(beta),
                Likelihood = Likelihoods.Parse(parsed.GetValue(likelihood)!),
                Epochs = parsed.GetValue(epochs),
                Batch = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(learningRate),
                Seed = parsed.GetValue(seed),
            };
            settings.Validate(FashionMnist.ClassNames.Length);
            var (weights, file) = (parsed.GetValue(path)!, parsed.GetValue(output)!);
            if (!File.Exists(weights)) throw new InputException($"There is no file {weights}; expected weights in a safetensors file.");
            var model = WeightsImport.Read(weights, settings);
            ModelFile.Write(file, model.Parameters, model.Settings);
            var report = new ImportReport(file, model.Parameters.Architecture.ToString(), model.WeightsSha256);
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(report, CliJson.Default.ImportReport));
            else context.Terminal.Results.Profile.Out.Writer.WriteLine($"Model {report.Model}, {report.Architecture}, weights SHA-256 {report.WeightsSha256[..16]}...");
            return Failures.Success;
        });
        return command;
    }
}
