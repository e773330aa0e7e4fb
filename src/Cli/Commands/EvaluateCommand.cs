// vae evaluate: how well a trained model detects its held-out class.

using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli.Commands;

internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        var path = new Argument<string>("DIR") { Description = "Folder of a finished run, or a model file." };
        var (data, threads, isa, json) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa(), SharedOptions.Json());
        var scores = SharedOptions.Scores("default");
        var command = new DocumentedCommand("evaluate",
            "Scores the whole test set and compares the held-out class with the others: AUC-ROC, AUPRC and error rates of each score.",
            "vae evaluate my-run",
            "vae evaluate my-run --scores cheap",
            "vae evaluate my-run/model.safetensors --data sample --json")
        {
            path, scores, data, threads, isa, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = ScoreCatalogue.Choose(parsed.GetValue(scores)!);
            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var model = ModelInput.Read(parsed.GetValue(path)!);
            var set = SharedOptions.LoadData(parsed.GetValue(data), context);
            ModelInput.RequireFeatures(model, parsed.GetValue(path)!, set);
            if (model.Calibration is { Score: var score } && Evaluator.NetworkScores.All(known => known.Name != score))
                throw new InputException($"{parsed.GetValue(path)}: the threshold is of the score '{score}'; expected one of {string.Join(", ", Evaluator.NetworkScores.Select(known => known.Name))}.");

            var report = Evaluator.Evaluate(engine, model.Parameters, set.Test, model.Settings.HeldOut, model.Calibration, Fit(engine, model, set, chosen));
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(report, RunJson.Default.EvaluationReport));
            else Tables.WriteEvaluation(context.Terminal.Results, report);
            return Failures.Success;
        });
        return command;
    }

    // Those that are not the network's own; they are fitted on the normal training images.
    private static IEnumerable<NamedScore> Fit(Engine engine, ModelFile model, FashionMnist data, ImmutableArray<ScoreDefinition> chosen)
    {
        var fitted = chosen.Where(score => Evaluator.NetworkScores.All(own => own.Name != score.Name)).ToArray();
        if (fitted.Length == 0) return [];
        var normals = NormalImages.Choose(engine, model.Parameters, data.Train, model.Settings);
        return [.. fitted.Select(score => new NamedScore(score.Name, score.Fit(engine, normals)))];
    }
}
