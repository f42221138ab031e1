using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>One row of a register tile: 1 to 3 lanes of sums, of which the last may be short.</summary>
/// <remarks>What tiles of products and of convolutions have in common; they differ in what they read.</remarks>
abstract unsafe class TileRow<T, TCols>
    where T : unmanaged, IVectorLane<T>
    where TCols : ISize
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>c += a·b.</summary>
    [MethodImpl(Inline)]
    protected static void Step(float a, T b0, T b1, T b2, ref T c0, ref T c1, ref T c2)
    {
        var row = T.Broadcast(a);
        c0 = T.Fma(row, b0, c0);
        if (TCols.Value > 1) c1 = T.Fma(row, b1, c1);
        if (TCols.Value > 2) c2 = T.Fma(row, b2, c2);
    }

    [MethodImpl(Inline)]
    protected static void Load(float* c, int last, ref T c0, ref T c1, ref T c2)
    {
        c0 = LoadLane(c, TCols.Value == 1 ? last : T.Width);
        if (TCols.Value > 1) c1 = LoadLane(c + T.Width, TCols.Value == 2 ? last : T.Width);
        if (TCols.Value > 2) c2 = LoadLane(c + 2 * T.Width, last);
    }

    [MethodImpl(Inline)]
    protected static void Store(float* c, int last, T c0, T c1, T c2)
    {
        StoreLane(c, c0, TCols.Value == 1 ? last : T.Width);
        if (TCols.Value > 1) StoreLane(c + T.Width, c1, TCols.Value == 2 ? last : T.Width);
        if (TCols.Value > 2) StoreLane(c + 2 * T.Width, c2, last);
    }

    [MethodImpl(Inline)]
    static T LoadLane(float* from, int count) => count == T.Width ? T.Load(from) : T.LoadFirst(from, count);

    [MethodImpl(Inline)]
    static void StoreLane(float* to, T value, int count)
    {
        if (count == T.Width) T.Store(value, to);
        else T.StoreFirst(value, to, count);
    }
}
