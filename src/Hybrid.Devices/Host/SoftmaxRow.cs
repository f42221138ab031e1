using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// What a softmax needs to know of a row: its greatest number, and sums in the order of every row.
/// </summary>
static unsafe class SoftmaxRow<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>The greatest score: the same number in whatever order it is looked for.</summary>
    [MethodImpl(HotLoop.Options)]
    public static float Max(float* row, int cols)
    {
        var lane = T.Broadcast(row[0]);
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width) lane = T.Max(lane, T.Load(row + d));
        var places = stackalloc float[16];
        T.Store(lane, places);
        var max = new F32(places[0]);
        for (var l = 1; l < T.Width; l++) max = F32.Max(max, new(places[l]));
        for (; d < cols; d++) max = F32.Max(max, new(row[d]));
        return max.V;
    }

    /// <summary>Σ_d e^(row − max).</summary>
    [MethodImpl(HotLoop.Options)]
    public static float Sum(float* row, int cols, float max)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var shift = T.Broadcast(max);
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width)
            PartialSums.Add(partial, InfoNceTerm.Apply(T.Load(row + d), shift), d, T.Width);
        if (d < cols)
            PartialSums.Add(partial, InfoNceTerm.Apply(T.LoadFirst(row + d, cols - d), shift), d, cols - d);
        return PartialSums.Meet<T>(partial);
    }

    /// <summary>Σ_d a·b, a fused multiply-add each.</summary>
    [MethodImpl(HotLoop.Options)]
    public static float Dot(float* a, float* b, int cols)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width) Step(T.Load(a + d), T.Load(b + d));
        // A missing element is 0·0: a sum that began at +0 stays what it is.
        if (d < cols) Step(T.LoadFirst(a + d, cols - d), T.LoadFirst(b + d, cols - d));
        return PartialSums.Meet<T>(partial);

        void Step(T left, T right)
        {
            var at = partial + d % PartialSums.Count;
            T.Store(T.Fma(left, right, T.Load(at)), at);
        }
    }
}
