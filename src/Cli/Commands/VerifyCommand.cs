// vae verify: whether a published line of a study can be derived again, to the bit.

using System.CommandLine;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Option<string>("--study") { HelpName = "FILE", Description = "The study.", DefaultValueFactory = _ => Path.Combine("results", "study.csv") }.OfPath();
        var number = new Option<int>("--row") { HelpName = "N", Description = "Which of its models, from 1: the line after the column names is 1.", Required = true };
        var (data, threads, isa) = (SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Isa());
        var command = new DocumentedCommand("verify",
            "Trains a model of a study anew and compares its weights and all its figures with those in the file, to the last digit.",
            "vae verify --study results/study.csv --row 1")
        {
            file, number, data, threads, isa,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var store = StudyCommand.ReadExisting(path);
            var verification = new StudyVerification(store);
            var row = parsed.GetValue(number);
            if (store.Lines.IsEmpty) throw new InputException($"{path} holds no model; expected a study with one at least.");
            if (row < 1 || row > store.Lines.Length)
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"--row is {row}; expected 1 to {store.Lines.Length}, the models in {path}."));
            var expected = store.Lines[row - 1];
            using var engine = new Engine(parsed.GetValue(threads), SharedOptions.ChooseIsa(parsed.GetValue(isa)));
            var set = SharedOptions.LoadData(parsed.GetValue(data) ?? FashionMnistSources.WordFor(expected.Part), context);
            var progress = new ProgressDisplay(context.Terminal);
            var difference = verification.FirstDifference(engine, expected, set, progress, context.Cancellation);
            context.Terminal.EndStatus();
            if (difference is not null)
                throw new CheckFailedException(string.Create(CultureInfo.InvariantCulture, $"Row {row} of {path} is not reproduced: {difference}."));
            context.Terminal.Results.Profile.Out.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Row {row} of {path} is reproduced: weights {expected.WeightsSha256}, and all {store.Columns.Length} figures."));
            return Failures.Success;
        });
        return command;
    }
}
