using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hybrid.Devices.Host;

namespace Hybrid.Devices.Measure;

/// <summary>to[i] = from[i] (STREAM's copy, McCalpin 1995): all is read once and written once.</summary>
/// <remarks>
/// Counted are bytes read + bytes written. An ordinary store first reads the line it writes to; a streaming
/// one goes around the caches, which pays where the data do not fit in them anyway.
/// </remarks>
sealed unsafe class CopyLoop : IDisposable
{
    const nuint Alignment = 4096;
    const int LineBytes = 64, Streams = 4;

    readonly byte* from, to;
    readonly long bytes;

    /// <summary>Two buffers of <paramref name="bytes"/> each, touched, so that they exist.</summary>
    public CopyLoop(long bytes)
    {
        this.bytes = bytes;
        from = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        to = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Fill(from, (nuint)bytes, 1);
        NativeMemory.Clear(to, (nuint)bytes);
    }

    /// <summary>
    /// The buffers in <paramref name="pieces"/>, each copied <paramref name="passes"/> times in a row.
    /// </summary>
    public Tasks InPieces(int pieces, int passes, bool streaming) =>
        new(from, to, bytes / pieces / (Streams * LineBytes) * (Streams * LineBytes), passes, streaming);

    /// <summary>Where the copy goes; every byte copied is 1.</summary>
    internal ReadOnlySpan<byte> Target => new(to, checked((int)bytes));

    public void Dispose()
    {
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
    }

    internal readonly struct Tasks(byte* from, byte* to, long piece, int passes, bool streaming) : ITasks
    {
        public void Run(int task, int worker)
        {
            for (var pass = 0; pass < passes; pass++)
                if (streaming) Stream(from + task * piece, to + task * piece, piece);
                else Buffer.MemoryCopy(from + task * piece, to + task * piece, piece, piece);
        }

        /// <summary>Bytes that one job of <paramref name="tasks"/> tasks reads and writes.</summary>
        public double Bytes(int tasks) => 2.0 * piece * passes * tasks;
    }

    /// <summary>Four quarters side by side: a core follows several streams at once faster than one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Stream(byte* from, byte* to, long bytes)
    {
        var quarter = bytes / Streams;
        for (long i = 0; i < quarter; i += LineBytes)
        {
            Line(from + i, to + i);
            Line(from + i + quarter, to + i + quarter);
            Line(from + i + 2 * quarter, to + i + 2 * quarter);
            Line(from + i + 3 * quarter, to + i + 3 * quarter);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Line(byte* from, byte* to)
    {
        Vector256.LoadAligned(from).StoreAlignedNonTemporal(to);
        Vector256.LoadAligned(from + LineBytes / 2).StoreAlignedNonTemporal(to + LineBytes / 2);
    }
}
