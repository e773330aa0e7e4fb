// Ctrl-C, SIGTERM and SIGHUP: the first asks the work to stop, which leaves a checkpoint; a second one ends the process at once.

using System.Runtime.InteropServices;

namespace VaeFromScratch.Cli;

/// <summary>Turns signals into a cancellation.</summary>
internal sealed class Interrupts : IDisposable
{
    // By convention a process ended by signal n exits with 128 + n.
    private static readonly (PosixSignal Signal, int ExitCode)[] Signals =
        [(PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143), (PosixSignal.SIGHUP, 129)];

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupts() => _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal.Signal, Handle))];

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the first signal; 130 if there was none.</summary>
    public int ExitCode { get; private set; } = Signals[0].ExitCode;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        // Left uncancelled, the signal ends the process: files are replaced as a whole, so nothing is lost but the steps since the last checkpoint.
        if (_source.IsCancellationRequested) return;
        context.Cancel = true;
        ExitCode = Signals.First(signal => signal.Signal == context.Signal).ExitCode;
        _source.Cancel();
    }
}
