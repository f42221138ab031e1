using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void ScheduleLogSnr(in NoiseCurve curve, Tensor t, Tensor logSnr) =>
        Map(new ScheduleMap<T>(curve, View(t), View(logSnr)), t.Rows, t.Cols, Random);

    public void SamplerStep(
        in StepWeights weights, Tensor z, Tensor kept, ReadOnlySpan<Tensor> x, in Noise noise, Tensor next)
    {
        var step = new SamplerStepMap<T>(
            weights, View(z), View(kept), View(x[0]), View(x[1]), View(x[2]), View(x[3]), View(next));
        if (weights.Noise == 0) Map(step, z.Rows, z.Cols, Cheap);
        else
            Share(new NoisyMapLoop<T, TWord, NormalBlock<T, TWord>, SamplerStepMap<T>>(step, z.Cols, noise),
                z.Rows, (long)z.Cols * Random);
    }
}

/// <summary>logSnr = λ(t).</summary>
readonly struct ScheduleMap<T>(NoiseCurve curve, View t, View logSnr) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => logSnr.Store(
        NoiseCurve.At(curve.Kind, t.Load<T>(row, d, count), T.Broadcast(curve.Start), T.Broadcast(curve.Length),
            T.Broadcast(curve.First), T.Broadcast(curve.Last), T.Broadcast(curve.Rho)),
        row, d, count);
}

/// <summary>next as a sum of terms, those of weight 0 left out.</summary>
readonly struct SamplerStepMap<T>(
    StepWeights weights, View z, View kept, View x0, View x1, View x2, View x3, View next) : IMap<T>, INoisyMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => Step(row, d, count, T.Const(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count, T noise)
    {
        var sum = T.Const(weights.Noise) * noise;
        sum = Add(sum, weights.Z, z, row, d, count);
        sum = Add(sum, weights.Kept, kept, row, d, count);
        sum = Add(sum, weights.X0, x0, row, d, count);
        sum = Add(sum, weights.X1, x1, row, d, count);
        sum = Add(sum, weights.X2, x2, row, d, count);
        sum = Add(sum, weights.X3, x3, row, d, count);
        next.Store(sum, row, d, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Add(T sum, float weight, View term, int row, int d, int count) =>
        weight == 0 ? sum : T.Fma(T.Const(weight), term.Load<T>(row, d, count), sum);
}
