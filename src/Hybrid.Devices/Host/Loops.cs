using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Work on a range of rows.</summary>
interface IRowRange
{
    void Run(int from, int to);
}

/// <summary>What happens at columns [d, d + count) of a row; count is the lane's width except at a row's end.</summary>
interface IMap<T> where T : unmanaged, IVectorLane<T>
{
    void Step(int row, int d, int count);
}

/// <summary>A map that also returns a term to be summed over the row.</summary>
interface ISum<T> where T : unmanaged, IVectorLane<T>
{
    T Term(int row, int d, int count);

    void Result(int row, float sum);
}

/// <summary>A loop over rows and lanes: the map is compiled into it.</summary>
readonly struct MapLoop<T, TMap>(TMap map, Extent extent) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TMap : unmanaged, IMap<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int from, int to)
    {
        var step = map;
        for (var row = from; row < to; row++)
        {
            int cols = extent.Width(row), d = 0;
            for (; d <= cols - T.Width; d += T.Width) step.Step(row, d, T.Width);
            if (d < cols) step.Step(row, d, cols - d);
        }
    }
}

/// <summary>A loop over rows and lanes that sums in the documented order (<see cref="PartialSums"/>).</summary>
readonly unsafe struct SumLoop<T, TSum>(TSum sum, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSum : unmanaged, ISum<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int from, int to)
    {
        var partial = stackalloc float[PartialSums.Count];
        var step = sum;
        for (var row = from; row < to; row++)
        {
            PartialSums.Clear(partial);
            var d = 0;
            for (; d <= cols - T.Width; d += T.Width)
                PartialSums.Add(partial, step.Term(row, d, T.Width), d, T.Width);
            if (d < cols) PartialSums.Add(partial, step.Term(row, d, cols - d), d, cols - d);
            step.Result(row, PartialSums.Meet<T>(partial));
        }
    }
}

/// <summary>The order of every sum over a row: 32 partial sums that meet as a butterfly.</summary>
/// <remarks>
/// Element d belongs to partial d mod 32: two lanes of 16, four of 8 or 32 of 1 hold the same 32 sums, as does a
/// warp. The butterfly's places all end with the same bits, so only the lower half of each exchange is made.
/// </remarks>
static unsafe class PartialSums
{
    public const int Count = 32;

    public static void Clear(float* partial) => new Span<float>(partial, Count).Clear();

    /// <summary>Adds the terms of elements [d, d + count); those that a row's end lacks add nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(float* partial, T term, int d, int count) where T : unmanaged, IVectorLane<T>
    {
        var at = partial + d % Count;
        if (count == T.Width) T.Store(T.Load(at) + term, at);
        else T.StoreFirst(T.LoadFirst(at, count) + term, at, count);
    }

    /// <summary>s[l] + s[l + 16], then 8, 4, 2, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Meet<T>(float* partial) where T : unmanaged, IVectorLane<T>
    {
        var step = Count / 2;
        for (; step >= T.Width; step /= 2)
            for (var l = 0; l < step; l += T.Width)
                T.Store(T.Load(partial + l) + T.Load(partial + l + step), partial + l);
        for (; step > 0; step /= 2)
            for (var l = 0; l < step; l++)
                partial[l] = Exact.Add(partial[l], partial[l + step]);
        return *partial;
    }
}
