namespace Hybrid.Devices;

/// <summary>A GPU or its driver gave up; the message says what it said, in one line.</summary>
public sealed class DeviceFault(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A device has no room for what was asked.</summary>
/// <param name="device">Which.</param>
/// <param name="wanted">Bytes that did not fit.</param>
/// <param name="free">Bytes that it still has; −1 where it does not say.</param>
/// <param name="cause">What the allocation threw.</param>
public sealed class OutOfDeviceMemoryException(string device, long wanted, long free, Exception? cause)
    : OutOfMemoryException(
        $"{device} has no room for another {Size(wanted)}" + (free < 0 ? "" : $" ({Size(free)} are free)"), cause)
{
    static string Size(long bytes) => bytes < 1 << 30
        ? FormattableString.Invariant($"{Math.Max(1, bytes >> 20)} MiB")
        : FormattableString.Invariant($"{bytes / (double)(1 << 30):F1} GiB");
}
