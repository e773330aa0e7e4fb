// vae score: the scores of a user's own data.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Scoring;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli.Commands;

internal static class ScoreCommand
{
    private const string Csv = "csv", JsonLines = "jsonl", Npy = "npy";

    public static Command Create(CommandContext context)
    {
        var path = new Argument<string>("MODEL") { Description = "Folder of a finished run, or a model file." };
        var input = new InputOptionSet();
        var format = new Option<string>("--format") { HelpName = $"{Csv}|{JsonLines}|{Npy}", Description = "Form of the scores.", DefaultValueFactory = _ => Csv };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "Where the scores go, all at once when they are done. [default: stdout, row by row]" }.OfPath();
        var alpha = new Option<double?>("--alpha") { HelpName = "A", Description = "Share of normal rows that may be called anomalous. [default: the model's]" };
        var score = new Option<string?>("--score")
        {
            HelpName = "NAME",
            Description = $"For a model of Fashion-MNIST: {string.Join(", ", Evaluator.NetworkScores.Select(known => known.Name))}. [default: the model's]",
        };
        var explain = new Option<string?>("--explain")
        {
            HelpName = "DIR",
            Description = "For each anomalous row, write an image beside its reconstruction and error (PNG), or the features that contribute most (features.csv).",
        }.OfPath();
        var (threads, isa) = (SharedOptions.Threads(), SharedOptions.Isa());
        var command = new DocumentedCommand("score",
            "Scores rows: a line for each, in their order, with score, p-value, and whether it is anomalous at the model's threshold. A row that can't be scored "
            + "has a line that says why, and the exit code is 1.",
            "vae score my-detector --input today.csv --out scores.csv",
            "vae score my-detector --input frames --explain flagged --format jsonl",
            "vae score my-run --input t10k-images-idx3-ubyte.gz --score mse")
        {
            path,
        };
        foreach (var option in input.All.Concat([format, output, alpha, score, explain, threads, isa])) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(input.Path) is null) throw new InputException("--input is missing; expected the data to score.");
            var (name, file) = (parsed.GetValue(format)!, parsed.GetValue(output));
            if (name is not (Csv or JsonLines or Npy)) throw new InputException($"--format is '{name}'; expected '{Csv}', '{JsonLines}' or '{Npy}'.");
            if (name == Npy && file is null) throw new InputException("--format npy is given without --out; expected a file, for the number of rows is written last.");

            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var model = ModelInput.Read(parsed.GetValue(path)!);
            using var reader = input.Open(parsed, model.Detector?.Shape);
            var (scorer, calibration) = Scorer(engine, model, parsed.GetValue(path)!, parsed.GetValue(score), reader.Shape, parsed.GetValue(threads));
            if (parsed.GetValue(alpha) is { } rate) calibration = At(rate, calibration, parsed.GetValue(path)!);
            var folder = parsed.GetValue(explain);
            if (folder is not null) PrepareExplanations(folder, calibration);

            var summary = default(ScoringSummary);
            void Score(Explanations? explanations)
            {
                void Write(Stream stream)
                {
                    using var writer = Writer(name, stream);
                    summary = new ScoringRun(scorer, calibration, explanations).Run(reader, writer, context.Cancellation);
                }

                if (file is not null) AtomicFile.Write(file, Write);
                else Write(new BufferedStream(Console.OpenStandardOutput()));
            }

            if (folder is null) Score(null);
            else Explanations.Write(folder, reader.Shape, scorer, Score);
            return Tell(context, summary, calibration);
        });
        return command;
    }

    private static (IRowScorer Scorer, Calibration? Calibration) Scorer(Engine engine, ModelFile model, string path, string? name, InputShape shape, int threads)
    {
        if (AnomalyDetector.From(model, InstructionSets.NameOf(engine.InstructionSet)) is { } detector)
        {
            if (name is not (null or DetectorModel.ScoreName)) throw new InputException($"--score is '{name}'; expected it for a model of Fashion-MNIST alone: {path} has a score of its own.");
            return (new DetectorScorer(detector, threads), model.Calibration);
        }

        if (shape.Features != model.Parameters.Architecture.Features)
            throw new InputException(FormattableString.Invariant($"The input has {shape.Description}; expected rows of {model.Parameters.Architecture.Features} numbers, as {path} takes."));
        name ??= model.Calibration?.Score ?? NetworkScore.NameOf(ScoreKind.Mse);
        foreach (var kind in Enum.GetValues<ScoreKind>())
            if (NetworkScore.NameOf(kind) == name) return (new NetworkScorer(engine, model.Parameters, kind), model.Calibration?.Score == name ? model.Calibration : null);
        throw new InputException($"--score is '{name}'; expected one of {string.Join(", ", Evaluator.NetworkScores.Select(known => known.Name))}.");
    }

    private static Calibration At(double alpha, Calibration? calibration, string path)
    {
        if (calibration is null) throw new InputException($"--alpha is given, but {path} has no threshold of this score; expected a detector, or a model trained with --calibration.");
        try
        {
            return Calibration.From(calibration.Score, calibration.Scores.AsSpan(), alpha);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"--alpha: {e.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static void PrepareExplanations(string folder, Calibration? calibration)
    {
        if (calibration is null) throw new InputException("--explain is given, but the model has no threshold of this score, so that no row is called anomalous; expected a detector, or a model trained with --calibration.");
        Explanations.Prepare(folder);
    }

    private static IScoreWriter Writer(string format, Stream stream) => format switch
    {
        JsonLines => new JsonLinesScoreWriter(stream),
        Npy => new NpyScoreWriter(stream),
        _ => new CsvScoreWriter(stream),
    };

    private static int Tell(CommandContext context, ScoringSummary summary, Calibration? calibration)
    {
        context.Terminal.Log(calibration is null
            ? string.Create(CultureInfo.InvariantCulture, $"{summary.Rows} rows.")
            : string.Create(CultureInfo.InvariantCulture, $"{summary.Rows} rows, {summary.Anomalies} above the threshold {calibration.Threshold:G6} (alpha {calibration.Alpha})."));
        if (summary.FirstProblem is null) return Failures.Success;
        Failures.Write(string.Create(CultureInfo.InvariantCulture, $"{summary.Unscored} of {summary.Rows} rows could not be scored; the first is {summary.FirstProblem}"));
        return Failures.RunFailed;
    }
}
