// vae data verify: holds the data files against the published sums.

using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae data verify --json</c> writes.</summary>
internal sealed record VerifyReport(string Directory, string Source, bool IsSample, bool IsValid, IReadOnlyList<FashionMnistFileCheck> Files);

internal static class DataVerifyCommand
{
    public static Command Create(CommandContext context)
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var command = new DocumentedCommand("verify",
            "Reads the four files and compares the SHA-256 of their content with the published ones. Nothing is fetched.",
            "vae data verify",
            "vae data verify --data sample --json")
        {
            data, json,
        };
        command.SetAction(parsed =>
        {
            var search = FashionMnist.Find(parsed.GetValue(data));
            if (search.Directory is null)
                throw new InputException($"Fashion-MNIST is not there ({string.Join("; ", search.Tried)}); get it with 'vae data fetch'.");

            var checks = FashionMnist.Verify(search.Directory, context.Cancellation);
            if (parsed.GetValue(json))
            {
                var report = new VerifyReport(checks.Directory, search.Source, checks.IsSample, checks.IsValid, checks.Files);
                Terminal.WriteRaw(JsonSerializer.Serialize(report, CliJson.Default.VerifyReport));
            }
            else
            {
                Tables.WriteVerification(context.Terminal.Results, checks, search.Source);
            }

            if (checks.IsValid) return Failures.Success;
            throw new CheckFailedException(string.Join(' ', checks.Files.Select(file => file.Problem).OfType<string>()));
        });
        return command;
    }
}
