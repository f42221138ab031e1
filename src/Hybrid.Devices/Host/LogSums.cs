using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>32 running log-sum-exps for each of four lanes of rows: 32 maxima, then 32 sums, in the first cache.</summary>
/// <remarks>They meet in the order that <see cref="IOps.MixtureLogDensity"/> states.</remarks>
readonly unsafe struct LogSums<T>(float* maxima) where T : unmanaged, IVectorLane<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    readonly float* sums = maxima + PartialSums.Count * Group;

    /// <summary>Rows that share a pass over the components.</summary>
    public static int Group => 4 * T.Width;

    /// <summary>Room for them behind so many numbers for each row; free it as native memory.</summary>
    public static float* Allocate(int numbers) => (float*)NativeMemory.AlignedAlloc(
        (nuint)((numbers + 2 * PartialSums.Count) * Group) * sizeof(float), 64);

    public void Clear()
    {
        new Span<float>(maxima, PartialSums.Count * Group).Fill((float)MixtureDensity.Nothing);
        new Span<float>(sums, PartialSums.Count * Group).Clear();
    }

    /// <summary>Component n's terms of all rows.</summary>
    [MethodImpl(Inline)]
    public void Add(int n, T a, T b, T c, T d)
    {
        var at = n % PartialSums.Count * Group;
        Merge(at, a, T.Const(1));
        Merge(at + T.Width, b, T.Const(1));
        Merge(at + 2 * T.Width, c, T.Const(1));
        Merge(at + 3 * T.Width, d, T.Const(1));
    }

    [MethodImpl(Inline)]
    void Merge(int at, T m, T s)
    {
        T total = T.Load(maxima + at), terms = T.Load(sums + at);
        MixtureDensity.Merge(ref total, ref terms, m, s);
        T.Store(total, maxima + at);
        T.Store(terms, sums + at);
    }

    /// <summary>The butterfly and the results, all rows side by side.</summary>
    [MethodImpl(HotLoop.Options)]
    public void Meet(View y, int first, int rows, float logCount)
    {
        for (var half = PartialSums.Count / 2 * Group; half >= Group; half /= 2)
            for (var i = 0; i < half; i += T.Width)
                Merge(i, T.Load(maxima + i + half), T.Load(sums + i + half));
        for (var i = 0; i < Group; i += T.Width)
            T.Store(
                MixtureDensity.Result(T.Load(maxima + i), T.Load(sums + i), T.Broadcast(logCount)), maxima + i);
        for (var i = 0; i < Group && first + i < rows; i++) *y[first + i] = maxima[i];
    }
}
