using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hybrid.Devices.Host;

namespace Hybrid.Bench;

/// <summary>to[i] = from[i] (STREAM's copy, McCalpin 1995): each float is read once and written once.</summary>
/// <remarks>
/// Counted are bytes read + bytes written. An ordinary store first reads the line it writes to; a streaming one
/// goes around the caches, which pays where the data do not fit in them anyway.
/// </remarks>
sealed unsafe class CopyLoop : IDisposable
{
    const nuint Alignment = 4096;
    const int LineBytes = 64;

    readonly byte* from, to;
    readonly long bytes;

    /// <summary>Two buffers of <paramref name="bytes"/> each, touched, so that the system has given them.</summary>
    public CopyLoop(long bytes)
    {
        this.bytes = bytes;
        from = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        to = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Fill(from, (nuint)bytes, 1);
        NativeMemory.Clear(to, (nuint)bytes);
    }

    /// <summary>The buffers in <paramref name="pieces"/>, each copied <paramref name="passes"/> times in a row.</summary>
    public Tasks InPieces(int pieces, int passes, bool streaming) =>
        new(from, to, bytes / pieces / LineBytes * LineBytes, passes, streaming);

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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Stream(byte* from, byte* to, long bytes)
    {
        for (long i = 0; i < bytes; i += LineBytes)
        {
            Vector256.LoadAligned(from + i).StoreAlignedNonTemporal(to + i);
            Vector256.LoadAligned(from + i + LineBytes / 2).StoreAlignedNonTemporal(to + i + LineBytes / 2);
        }
    }
}
