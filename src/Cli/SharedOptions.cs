// The options that several commands share, and how their values are read.

using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli;

/// <summary>Numbers separated by commas, as they were typed.</summary>
internal sealed record NumberList<T>(ImmutableArray<T> Values) where T : IFormattable
{
    public override string ToString() => string.Join(',', Values.Select(value => value.ToString(null, CultureInfo.InvariantCulture)));
}

internal static class SharedOptions
{
    private static readonly TrainingSettings Defaults = new();

    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON to stdout." };

    public static Option<string?> Data() => new Option<string?>("--data")
    {
        HelpName = "DIR",
        Description = "Folder with the four files of Fashion-MNIST, 'sample' for the small sample that comes with the program, or 'held-back' for the training images alone, the last 10 000 of them in the place of the test images. [default: looked for, else fetched]",
    }.OfPath();

    public static Option<string?> Isa() => new("--isa")
    {
        HelpName = "NAME",
        Description = $"Instruction set: {string.Join(", ", Enum.GetValues<InstructionSet>().Select(InstructionSets.NameOf))}. It changes the speed, not the result. [default: {InstructionSets.Variable}, else the best]",
    };

    public static Option<int> Threads() => Ranged("--threads", "N", "Threads. They change the speed, not the result.",
        Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads), ThreadTeam.MaxThreads);

    public static Option<int> Epochs() => Number("--epochs", "N", "Passes over the training images.", Defaults.Epochs);

    public static Option<int> Batch() => Number("--batch", "N", "Images of a batch.", Defaults.Batch);

    public static Option<double> LearningRate() => Number("--lr", "R", "Step size of Adam.", Defaults.LearningRate);

    public static Option<ulong> Seed() => Number("--seed", "S", "Seed of the initial weights, the shuffles and the noise.", Defaults.Seed);

    public static Option<int> HeldOut() => Number("--held-out", "C", "The class, 0 to 9, that is left out of training and is the anomaly in the test.", Defaults.HeldOut);

    public static Option<double> Beta() => Number("--beta", "B", "Weight of the KL divergence in the loss.", Defaults.Beta);

    public static Option<string> Likelihood() => new("--likelihood")
    {
        HelpName = "NAME",
        Description = $"Distribution of a pixel: {string.Join(", ", Likelihoods.All)}.",
        DefaultValueFactory = _ => Likelihoods.NameOf(default),
    };

    public static Option<NumberList<int>> Hidden() => List("--hidden", "N,...", "Sizes of the encoder's hidden layers; the decoder mirrors them.", Defaults.Hidden);

    public static Option<int?> Jobs() => new("--jobs")
    {
        HelpName = "K",
        Description = "Models trained side by side, each on its share of the threads. [default: one a thread, which is the fastest]",
        CustomParser = result => ParseRanged(result, ThreadTeam.MaxThreads),
    };

    public static Option<string> Scores(string byDefault) => new("--scores")
    {
        HelpName = "NAME,...",
        Description = $"Scores: 'network', 'default', 'cheap', 'all', or some of {string.Join(", ", ScoreCatalogue.All.Select(score => score.Name))}.",
        DefaultValueFactory = _ => byDefault,
    };

    public static Option<double> CheckpointEvery() => new("--checkpoint-every")
    {
        HelpName = "SECONDS",
        Description = "Shortest time between two checkpoints, which are taken between epochs.",
        DefaultValueFactory = _ => 10,
        CustomParser = result =>
        {
            var seconds = Parse<double>(result);
            if (seconds is not (>= 0 and <= 1e6)) result.AddError($"{Name(result)} is '{result.Tokens[0].Value}'; expected 0 to 1000000 seconds.");
            return seconds;
        },
    };

    /// <summary>A number; its range is the library's affair.</summary>
    public static Option<T> Number<T>(string name, string helpName, string description, T byDefault) where T : struct, ISpanParsable<T> => new(name)
    {
        HelpName = helpName,
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = Parse<T>,
    };

    /// <summary>A whole number from 1 to <paramref name="most"/>.</summary>
    public static Option<int> Ranged(string name, string helpName, string description, int byDefault, int most) => new(name)
    {
        HelpName = helpName,
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => ParseRanged(result, most),
    };

    /// <summary>Numbers separated by commas.</summary>
    public static Option<NumberList<T>> List<T>(string name, string helpName, string description, ImmutableArray<T> byDefault)
        where T : struct, ISpanParsable<T>, IFormattable => new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => new NumberList<T>(byDefault),
            CustomParser = ParseList<T>,
        };

    /// <summary>The option takes the name of a file or a folder, which is never empty.</summary>
    public static Option<T> OfPath<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }]) result.AddError($"{option.Name} is ''; expected the name of a file or folder.");
        });
        return option;
    }

    /// <summary>Reads numbers separated by commas.</summary>
    public static NumberList<T> ParseList<T>(ArgumentResult result) where T : struct, ISpanParsable<T>, IFormattable =>
        new([.. result.Tokens[0].Value.Split(',').Select(text => Parse<T>(result, text))]);

    /// <summary>Reads a whole number from 1 to <paramref name="most"/>.</summary>
    public static int ParseRanged(ArgumentResult result, int most)
    {
        var value = Parse<int>(result);
        if (!result.Errors.Any() && (value < 1 || value > most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{Name(result)} is {value}; expected 1 to {most}."));
        return value;
    }

    /// <summary>The instruction set that is asked for, checked before anything else is done.</summary>
    /// <exception cref="InputException">It is unknown, or not available here.</exception>
    public static string ChooseIsa(string? requested)
    {
        try
        {
            return InstructionSets.NameOf(InstructionSets.Choose(requested));
        }
        catch (ArgumentException e)
        {
            throw new InputException(e.Message);
        }
    }

    /// <summary>Finds the data, or fetches them, and tells of a download.</summary>
    public static FashionMnist LoadData(string? directory, CommandContext context) =>
        FashionMnist.Load(directory, log: new LogLines(context.Terminal), cancellation: context.Cancellation);

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The value of an option that stands on the command line; else null.</summary>
    public static T? Given<T>(ParseResult parsed, Option<T> option) where T : struct => IsGiven(parsed, option) ? parsed.GetValue(option) : null;

    private static string Name(ArgumentResult result) => ((OptionResult)result.Parent!).Option.Name;

    private static T Parse<T>(ArgumentResult result) where T : struct, ISpanParsable<T> => Parse<T>(result, result.Tokens[0].Value);

    private static T Parse<T>(ArgumentResult result, string text) where T : struct, ISpanParsable<T>
    {
        // .NET takes a comma for a separator of thousands: "0,001" would be 1.
        if (!text.Contains(',') && T.TryParse(text, CultureInfo.InvariantCulture, out var value)) return value;
        var kind = typeof(T) == typeof(double) ? "a number" : typeof(T) == typeof(ulong) ? "a whole number, 0 or more" : "a whole number";
        result.AddError($"{Name(result)} is '{text}'; expected {kind}.");
        return default;
    }
}
