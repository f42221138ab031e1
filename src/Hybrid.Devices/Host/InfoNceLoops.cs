using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>nll[i] = log Σ_j e^(s_ij − max) + (max − s_ii).</summary>
readonly unsafe struct InfoNceRange<T>(View scores, View nll, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            var max = Max(scores[row]);
            var sum = new F32(Sum(row, max));
            *nll[row] = InfoNce.Apply(sum, new F32(max), new F32(scores[row][row])).V;
        }
    }

    /// <summary>The greatest score: the same number in whatever order it is looked for.</summary>
    [MethodImpl(HotLoop.Options)]
    float Max(float* row)
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

    [MethodImpl(HotLoop.Options)]
    float Sum(int row, float max)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var shift = T.Broadcast(max);
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width)
            PartialSums.Add(partial, InfoNceTerm.Apply(scores.Load<T>(row, d, T.Width), shift), d, T.Width);
        if (d < cols)
            PartialSums.Add(
                partial, InfoNceTerm.Apply(scores.Load<T>(row, d, cols - d), shift), d, cols - d);
        return PartialSums.Meet<T>(partial);
    }
}

/// <summary>dScores = dNll[i]·(softmax − one-hot i): the diagonal is written last, from nll alone.</summary>
readonly unsafe struct InfoNceGradRange<T>(View scores, View nll, View dNll, View dScores, int cols)
    : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            T positive = T.Broadcast(scores[row][row]), rate = nll.Broadcast<T>(row);
            var adjoint = dNll.Broadcast<T>(row);
            for (var d = 0; d < cols; d += T.Width)
            {
                var count = Math.Min(T.Width, cols - d);
                var weight = InfoNceWeight.Apply(scores.Load<T>(row, d, count), positive, rate);
                dScores.Store(adjoint * weight, row, d, count);
            }
            dScores[row][row] =
                (new F32(*dNll[row]) * InfoNcePositiveWeight.Apply(new F32(*nll[row]))).V;
        }
    }
}
