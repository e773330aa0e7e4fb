// vae data fetch: gets the data set into data/fashion-mnist.

using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae data fetch --json</c> writes.</summary>
/// <param name="Directory">Where the files are.</param>
/// <param name="Source">Where they came from; null if they were there.</param>
internal sealed record FetchReport(string Directory, string? Source);

internal static class DataFetchCommand
{
    public static Command Create(CommandContext context)
    {
        var json = SharedOptions.Json();
        var command = new DocumentedCommand("fetch",
            "Downloads Fashion-MNIST into data/fashion-mnist, or takes it from Debian's package, and checks it. Files that are there already are kept.",
            "vae data fetch")
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var (directory, source) = FashionMnist.Fetch(log: new LogLines(context.Terminal), cancellation: context.Cancellation);
            Terminal.WriteRaw(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new FetchReport(directory, source), CliJson.Default.FetchReport)
                : source is null ? $"Fashion-MNIST is in {directory}, complete and as published." : $"Fashion-MNIST is now in {directory}, from {source}.");
            return Failures.Success;
        });
        return command;
    }
}
