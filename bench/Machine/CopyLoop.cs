using System.Runtime.InteropServices;
using Hybrid.Devices.Host;

namespace Hybrid.Bench;

/// <summary>to[i] = from[i] (STREAM's copy, McCalpin 1995): each float is read once and written once.</summary>
/// <remarks>
/// The runtime's own copy, the fastest it has: past the caches it stores around them, so that a written line
/// need not be read first. Counted are bytes read + bytes written.
/// </remarks>
sealed unsafe class CopyLoop : IDisposable
{
    const nuint Alignment = 4096;

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
    public Tasks InPieces(int pieces, int passes = 1) => new(from, to, bytes / pieces, passes);

    public void Dispose()
    {
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
    }

    internal readonly struct Tasks(byte* from, byte* to, long piece, int passes) : ITasks
    {
        public void Run(int task, int worker)
        {
            for (var pass = 0; pass < passes; pass++)
                Buffer.MemoryCopy(from + task * piece, to + task * piece, piece, piece);
        }
    }
}
