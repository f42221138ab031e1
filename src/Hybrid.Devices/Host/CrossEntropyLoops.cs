using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>nll[b] = log Σ_c e^(l − max) + (max − Σ_c y·l).</summary>
readonly unsafe struct CrossEntropyRange<T>(View logits, View y, View nll, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            float* l = logits[row];
            var max = SoftmaxRow<T>.Max(l, cols);
            F32 sum = new(SoftmaxRow<T>.Sum(l, cols, max)), own = new(SoftmaxRow<T>.Dot(y[row], l, cols));
            *nll[row] = InfoNce.Apply(sum, new F32(max), own).V;
        }
    }
}

/// <summary>dLogits = dNll[b]·(softmax − y).</summary>
readonly unsafe struct CrossEntropyGradRange<T>(
    View logits, View y, View nll, View dNll, View dLogits, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            var own = T.Broadcast(SoftmaxRow<T>.Dot(y[row], logits[row], cols));
            T cost = nll.Broadcast<T>(row), adjoint = dNll.Broadcast<T>(row);
            for (var c = 0; c < cols; c += T.Width)
            {
                var count = Math.Min(T.Width, cols - c);
                var slope = CrossEntropySlope.Apply(
                    logits.Load<T>(row, c, count), own, cost, y.Load<T>(row, c, count));
                dLogits.Store(adjoint * slope, row, c, count);
            }
        }
    }
}
