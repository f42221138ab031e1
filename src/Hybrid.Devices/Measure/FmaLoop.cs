using System.Runtime.CompilerServices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Measure;

/// <summary>Nothing but fused multiply-adds: what the arithmetic units do undisturbed.</summary>
/// <remarks>
/// Twelve chains hide the latency of two units (4 cycles each); four steps a turn keep the loop's jump rare.
/// The chains start from different numbers, or the compiler would see that they are one; and their sum is
/// stored, or it would see that they are none.
/// </remarks>
static unsafe class FmaLoop
{
    const int Chains = 12, StepsPerTurn = 4;

    /// <summary>Floating-point operations of <see cref="Run"/>.</summary>
    public static long Flops<T>(int turns) where T : unmanaged, IVectorLane<T> =>
        2L * Chains * StepsPerTurn * T.Width * turns;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(int turns, float* sink) where T : unmanaged, IVectorLane<T>
    {
        T a = T.Broadcast(0.999f), b = T.Broadcast(0.001f);
        T c0 = T.Broadcast(1), c1 = T.Broadcast(2), c2 = T.Broadcast(3), c3 = T.Broadcast(4);
        T c4 = T.Broadcast(5), c5 = T.Broadcast(6), c6 = T.Broadcast(7), c7 = T.Broadcast(8);
        T c8 = T.Broadcast(9), c9 = T.Broadcast(10), c10 = T.Broadcast(11), c11 = T.Broadcast(12);
        for (var i = 0; i < turns; i++)
        {
            c0 = T.Fma(c0, a, b); c1 = T.Fma(c1, a, b); c2 = T.Fma(c2, a, b); c3 = T.Fma(c3, a, b);
            c4 = T.Fma(c4, a, b); c5 = T.Fma(c5, a, b); c6 = T.Fma(c6, a, b); c7 = T.Fma(c7, a, b);
            c8 = T.Fma(c8, a, b); c9 = T.Fma(c9, a, b); c10 = T.Fma(c10, a, b); c11 = T.Fma(c11, a, b);

            c0 = T.Fma(c0, a, b); c1 = T.Fma(c1, a, b); c2 = T.Fma(c2, a, b); c3 = T.Fma(c3, a, b);
            c4 = T.Fma(c4, a, b); c5 = T.Fma(c5, a, b); c6 = T.Fma(c6, a, b); c7 = T.Fma(c7, a, b);
            c8 = T.Fma(c8, a, b); c9 = T.Fma(c9, a, b); c10 = T.Fma(c10, a, b); c11 = T.Fma(c11, a, b);

            c0 = T.Fma(c0, a, b); c1 = T.Fma(c1, a, b); c2 = T.Fma(c2, a, b); c3 = T.Fma(c3, a, b);
            c4 = T.Fma(c4, a, b); c5 = T.Fma(c5, a, b); c6 = T.Fma(c6, a, b); c7 = T.Fma(c7, a, b);
            c8 = T.Fma(c8, a, b); c9 = T.Fma(c9, a, b); c10 = T.Fma(c10, a, b); c11 = T.Fma(c11, a, b);

            c0 = T.Fma(c0, a, b); c1 = T.Fma(c1, a, b); c2 = T.Fma(c2, a, b); c3 = T.Fma(c3, a, b);
            c4 = T.Fma(c4, a, b); c5 = T.Fma(c5, a, b); c6 = T.Fma(c6, a, b); c7 = T.Fma(c7, a, b);
            c8 = T.Fma(c8, a, b); c9 = T.Fma(c9, a, b); c10 = T.Fma(c10, a, b); c11 = T.Fma(c11, a, b);
        }
        T.Store(c0 + c1 + c2 + c3 + c4 + c5 + (c6 + c7 + c8 + c9 + c10 + c11), sink);
    }

    /// <summary>The loop on every worker; each stores its sum in a place of its own.</summary>
    internal readonly struct Tasks<T>(int turns, float* sinks) : ITasks where T : unmanaged, IVectorLane<T>
    {
        /// <summary>Words between two workers' sums: two cache lines, so that they share none.</summary>
        public const int SinkWords = 32;

        public void Run(int task, int worker) => FmaLoop.Run<T>(turns, sinks + worker * SinkWords);
    }
}
