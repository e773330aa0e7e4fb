// vae ensemble: how well several models detect together.

using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

internal static class EnsembleCommand
{
    public static Command Create(CommandContext context)
    {
        var paths = new Argument<string[]>("DIR...") { Description = "Folders of finished runs, or model files, of one held-out class.", Arity = ArgumentArity.OneOrMore };
        var (data, threads, isa, json) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa(), SharedOptions.Json());
        var scores = SharedOptions.Scores(ScoreCatalogue.Default);
        var command = new DocumentedCommand("ensemble",
            "Scores the whole test set with several models, such as those of several seeds, and takes the mean of their surprises at an image: -ln of the "
            + "probability that a normal one scores as high.",
            "vae ensemble run-0 run-1 run-2",
            "vae ensemble run-0 run-1 run-2 --scores mse,combined --json")
        {
            paths, scores, data, threads, isa, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = ScoreCatalogue.Choose(parsed.GetValue(scores)!);
            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var models = parsed.GetValue(paths)!.Select(path => (Path: path, Model: ModelInput.Read(path))).ToArray();
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            var heldOut = models[0].Model.Settings.HeldOut;
            foreach (var (path, model) in models)
            {
                ModelInput.RequireFeatures(model, path, set);
                if (model.Settings.HeldOut != heldOut)
                    throw new InputException(FormattableString.Invariant($"{path}: class {model.Settings.HeldOut} is held out; expected {heldOut}, as in {models[0].Path}."));
            }

            var report = EnsembleEvaluator.Evaluate(engine, [.. models.Select(one => one.Model)], set, heldOut, chosen);
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(report, RunJson.Default.EnsembleReport));
            else Tables.WriteEnsemble(context.Terminal.Results, report);
            return Failures.Success;
        });
        return command;
    }
}
