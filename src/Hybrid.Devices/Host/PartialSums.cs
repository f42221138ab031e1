using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>The order of every sum over a row: 32 partial sums that meet as a butterfly.</summary>
/// <remarks>
/// Element d belongs to partial d mod 32: two lanes of 16, four of 8 or 32 of 1 hold the same 32 sums, as
/// does a warp. The butterfly's places all end with the same bits, so only the lower half of each exchange is
/// made.
/// </remarks>
static unsafe class PartialSums
{
    public const int Count = 32;

    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    static ReadOnlySpan<float> Places => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    public static void Clear(float* partial) => new Span<float>(partial, Count).Clear();

    /// <summary>
    /// Adds the terms of elements [d, d + count); those that a row's end lacks add nothing.
    /// </summary>
    [MethodImpl(Inline)]
    public static void Add<T>(float* partial, T term, int d, int count) where T : unmanaged, IVectorLane<T>
    {
        var at = partial + d % Count;
        // +0 is nothing: a sum that began at +0 is never −0.
        if (count != T.Width) term = T.WhereLess(Place<T>(), T.Broadcast(count), term, default);
        T.Store(T.Load(at) + term, at);
    }

    [MethodImpl(Inline)]
    static T Place<T>() where T : unmanaged, IVectorLane<T> =>
        T.Load((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Places)));

    /// <summary>s[l] + s[l + 16], then 8, 4, 2, 1.</summary>
    [MethodImpl(Inline)]
    public static float Meet<T>(float* partial) where T : unmanaged, IVectorLane<T>
    {
        for (var l = 0; l < 16; l += T.Width)
            T.Store(T.Load(partial + l) + T.Load(partial + l + 16), partial + l);
        return Exact.Add(Eight(partial), Eight(partial + 1));
    }

    [MethodImpl(Inline)] static float Eight(float* s) => Exact.Add(Four(s), Four(s + 2));

    [MethodImpl(Inline)] static float Four(float* s) => Exact.Add(Two(s), Two(s + 4));

    [MethodImpl(Inline)] static float Two(float* s) => Exact.Add(s[0], s[8]);
}
