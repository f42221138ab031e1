using System.Runtime.InteropServices;

namespace Hybrid.Cli;

/// <summary>Ctrl-C asks for an end between two steps; pressed again, it is the system's own.</summary>
sealed class StopSignal : IDisposable
{
    /// <summary>What a shell gives to a command that was interrupted.</summary>
    public const int ExitCode = 130;

    readonly CancellationTokenSource cancellation = new();
    readonly PosixSignalRegistration interrupt, terminate;

    public StopSignal()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    public CancellationToken Token => cancellation.Token;

    void Cancel(PosixSignalContext signal)
    {
        if (cancellation.IsCancellationRequested) return;
        signal.Cancel = true;
        cancellation.Cancel();
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        cancellation.Dispose();
    }
}
