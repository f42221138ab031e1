using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Work on a range of rows.</summary>
interface IRowRange
{
    void Run(int from, int to);
}

/// <summary>
/// What happens at columns [d, d + count) of a row; count is the lane's width except at a row's end.
/// </summary>
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
    [MethodImpl(HotLoop.Options)]
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

#region sum-loop
/// <summary>
/// A loop over rows and lanes that sums in the documented order (<see cref="PartialSums"/>).
/// </summary>
readonly unsafe struct SumLoop<T, TSum>(TSum sum, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSum : unmanaged, ISum<T>
{
    [MethodImpl(HotLoop.Options)]
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
#endregion
