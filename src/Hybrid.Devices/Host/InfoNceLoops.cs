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
            var max = SoftmaxRow<T>.Max(scores[row], cols);
            var sum = new F32(SoftmaxRow<T>.Sum(scores[row], cols, max));
            *nll[row] = InfoNce.Apply(sum, new F32(max), new F32(scores[row][row])).V;
        }
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
