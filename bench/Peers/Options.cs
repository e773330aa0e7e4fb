// The options of a subcommand: --name VALUE and --flag.

using System.Globalization;

namespace VaeFromScratch.Peers;

/// <summary>Reads options from the arguments that follow a subcommand.</summary>
internal sealed class Options(string[] args)
{
    public bool Flag(string name) => args.Contains("--" + name);

    public string? Text(string name) =>
        Array.IndexOf(args, "--" + name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
