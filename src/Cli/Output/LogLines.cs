// What a library has to tell while it works, as lines on stderr.

namespace VaeFromScratch.Cli.Output;

/// <summary>Passes each message on at once, from whatever thread.</summary>
internal sealed class LogLines(Terminal terminal) : IProgress<string>
{
    public void Report(string value) => terminal.Log(value);
}
