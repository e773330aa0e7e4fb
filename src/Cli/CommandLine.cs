// From arguments to an exit code: the root command, parsing, and help.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using VaeFromScratch.Cli.Commands;
using VaeFromScratch.Cli.Output;

namespace VaeFromScratch.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

internal static class CommandLine
{
    private const string Description =
        "A variational autoencoder for anomaly detection, in C# alone, trained on Fashion-MNIST. A class of clothing is held out, a model is trained "
        + "on the other nine, and the test asks how well its reconstruction error tells the class it has never seen from the others (AUC-ROC).";

    private const string Footer = """
        Examples:
          vae reproduce                                 16 models and their table
          vae reproduce --data sample --epochs 2        the same in small
          vae train --latent 8 --beta 1 --out my-run    one model
          vae evaluate my-run                           how well it detects
          vae train --input normal.csv --out my-own     a detector of your own data
          vae score my-own --input new.csv              and its scores
          vae report results -o report.html             everything on one page
          vae walkthrough                               one training step by hand

        Exit codes:
          0    done
          1    the run failed: the loss is no longer finite, the data are damaged,
               rows could not be scored, or a self-test found other bits than the
               published ones, or verify another figure
          2    wrong input or environment: an option, a file, a folder, a full disk
          130  stopped by Ctrl-C; training has left a checkpoint, and the same
               command continues it
          143  stopped by SIGTERM; the same
        """;

    public static int Run(string[] args)
    {
        var terminal = new Terminal();
        using var interrupts = new Interrupts();
        var root = Create(new CommandContext(terminal, interrupts));
        // An argument that begins with @ is a file name like any other.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Failures.ReportWrongUse(parsed, args);
        try
        {
            // Exceptions and signals are this program's own affair: see Failures and Interrupts.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            terminal.EndStatus();
            return Failures.Report(e, interrupts);
        }
    }

    private static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand(Description);
        root.Subcommands.Add(ReproduceCommand.Create(context));
        root.Subcommands.Add(TrainCommand.Create(context));
        root.Subcommands.Add(EvaluateCommand.Create(context));
        root.Subcommands.Add(ScoreCommand.Create(context));
        root.Subcommands.Add(EnsembleCommand.Create(context));
        root.Subcommands.Add(StudyCommand.Create(context));
        root.Subcommands.Add(VerifyCommand.Create(context));
        root.Subcommands.Add(ReportCommand.Create(context));
        root.Subcommands.Add(ExportCommand.Create(context));
        root.Subcommands.Add(ImportCommand.Create(context));
        root.Subcommands.Add(new Command("data", "Gets and checks the data set.") { DataFetchCommand.Create(context), DataVerifyCommand.Create(context) });
        root.Subcommands.Add(WalkthroughCommand.Create(context));
        root.Subcommands.Add(SelfTestCommand.Create(context));
        root.Subcommands.Add(InfoCommand.Create(context));
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples();
        return root;
    }

    private sealed class HelpWithExamples : SynchronousCommandLineAction
    {
        // Wider lines are hard to read, even where the terminal has room.
        private const int MaxWidth = 100;

        // Help is an answer, not a mistake: it wins over errors in what else was typed.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var output = parseResult.InvocationConfiguration.Output;
            new HelpAction { MaxWidth = Math.Min(Terminal.Width, MaxWidth) }.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            switch (command)
            {
                case RootCommand:
                    output.WriteLine(Footer);
                    break;
                case DocumentedCommand documented:
                    output.WriteLine("Examples:");
                    foreach (var example in documented.Examples) output.WriteLine($"  {example}");
                    break;
                default:
                    output.WriteLine("Examples:");
                    foreach (var example in command.Subcommands.OfType<DocumentedCommand>().SelectMany(child => child.Examples)) output.WriteLine($"  {example}");
                    break;
            }

            return Failures.Success;
        }
    }
}
