// What every command is given.

using VaeFromScratch.Cli.Output;

namespace VaeFromScratch.Cli;

/// <summary>The terminal to talk to and the signals to obey.</summary>
internal sealed record CommandContext(Terminal Terminal, Interrupts Interrupts)
{
    public CancellationToken Cancellation => Interrupts.Token;
}
