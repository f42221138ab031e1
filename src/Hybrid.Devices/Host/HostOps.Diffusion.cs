using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void SquaredErrorRows(Tensor prediction, Tensor target, Tensor loss) => Sum(
        new FormulaSum<T, SquaredError>(View(prediction), View(target), View(loss)),
        target.Rows, target.Cols, Cheap);

    public void SquaredErrorRowsGrad(Tensor prediction, Tensor target, Tensor dLoss, Tensor dPrediction) =>
        Map(new SquaredErrorGradMap<T>(View(prediction), View(target), View(dLoss), View(dPrediction)),
            target.Rows, target.Cols, Cheap);

    public void CosineLogSnr(Tensor t, Tensor logSnr) =>
        Activate<Formulas.CosineLogSnr>(t, logSnr, Random);

    public void Diffuse(Tensor x, Tensor logSnr, Tensor eps, Tensor z) => Map(
        new DiffuseMap<T>(View(x), View(logSnr), View(eps), View(z)), x.Rows, x.Cols, Transcendental);

    public void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps) =>
        Noisy<NormalBlock<T, TWord>, DiffuseNoiseMap<T>>(
            new(View(x), View(logSnr), View(z), View(eps)), x, noise);

    public void TimeEmbedding(Tensor t, Tensor frequencies, Tensor y)
    {
        var vector = frequencies.Flat();
        Map(new TimeEmbeddingMap<T>(View(t), new(arena.At(vector), 0), View(y), vector.Rows),
            t.Rows, vector.Rows, Random);
    }
}

/// <summary>dPrediction = dLoss[b]·2(prediction − target).</summary>
readonly struct SquaredErrorGradMap<T>(View prediction, View target, View dLoss, View dPrediction) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var (slope, _) = SquaredErrorGrad.Apply(
            prediction.Load<T>(row, d, count), target.Load<T>(row, d, count));
        dPrediction.Store(dLoss.Broadcast<T>(row) * slope, row, d, count);
    }
}

/// <summary>z = α·x + σ·ε.</summary>
readonly struct DiffuseMap<T>(View x, View logSnr, View eps, View z) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => z.Store(
        Diffuse.Apply(x.Load<T>(row, d, count), logSnr.Broadcast<T>(row), eps.Load<T>(row, d, count)),
        row, d, count);
}

/// <summary>z = α·x + σ·ε, and ε.</summary>
readonly struct DiffuseNoiseMap<T>(View x, View logSnr, View z, View eps) : INoisyMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count, T noise)
    {
        z.Store(Diffuse.Apply(x.Load<T>(row, d, count), logSnr.Broadcast<T>(row), noise), row, d, count);
        eps.Store(noise, row, d, count);
    }
}

/// <summary>sin and cos of t·f turns, the cosines F columns behind the sines.</summary>
readonly struct TimeEmbeddingMap<T>(View t, View frequencies, View y, int count) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int width)
    {
        var (sin, cos) = TimeFeatures.At(t.Broadcast<T>(row), frequencies.Load<T>(0, d, width));
        y.Store(sin, row, d, width);
        y.Store(cos, row, count + d, width);
    }
}
