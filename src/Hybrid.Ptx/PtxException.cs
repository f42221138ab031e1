namespace Hybrid.Ptx;

/// <summary>The text is not PTX that this machine reads.</summary>
public sealed class PtxSyntaxException(int line, string message) : Exception($"PTX line {line}: {message}")
{
    public int Line => line;
}

/// <summary>What a kernel did wrong.</summary>
public enum FaultKind
{
    /// <summary>An access outside every allocation, or beyond shared memory.</summary>
    OutOfBounds,

    /// <summary>An address that is no multiple of the size of what is loaded or stored.</summary>
    Misaligned,

    /// <summary>A read of shared memory that nobody has written.</summary>
    UninitialisedShared,

    /// <summary>Two threads at one byte of shared memory, one of them writing, and no barrier between.</summary>
    SharedRace,

    /// <summary>A barrier that some threads of a warp reach and others do not.</summary>
    BarrierDivergence,

    /// <summary>A shuffle that reads from a thread that does not take part.</summary>
    InactiveSource,

    /// <summary>More steps than the launch was allowed.</summary>
    TooManySteps,
}

/// <summary>A kernel did something that a GPU would not survive, or would not notice.</summary>
public sealed class PtxFault(FaultKind kind, Instruction at, string detail, string thread)
    : Exception($"{kind} in {thread} at PTX line {at.Line}{(at.Source is { } s ? $" ({s})" : "")}: {at}: {detail}")
{
    public FaultKind Kind => kind;

    /// <summary>The instruction.</summary>
    public Instruction At => at;
}
