using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y = factor·x.</summary>
readonly struct ScaleMap<T>(View x, float factor, View y) : IMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) =>
        y.Store(T.Broadcast(factor) * x.Load<T>(row, d, count), row, d, count);
}

/// <summary>y[b] = −Σ_d nll.</summary>
readonly unsafe struct GaussianLogDensitySum<T>(View x, View mu, View logVar, View y) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => GaussianNll.Apply(
        x.Load<T>(row, d, count), mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *y[row] = -sum;
}

/// <summary>dx and dLogVar from the adjoint of a row.</summary>
readonly struct GaussianLogDensityGradMap<T>(View x, View mu, View logVar, View dy, View dx, View dLogVar) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var (a, _, b) = GaussianNllGrad.Apply(
            x.Load<T>(row, d, count), mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));
        var adjoint = -dy.Broadcast<T>(row);
        dx.Store(adjoint * a, row, d, count);
        dLogVar.Store(adjoint * b, row, d, count);
    }
}

/// <summary>dLogVar from the adjoints of what was made of it.</summary>
readonly struct GaussianScalesGradMap<T>(View halfPrecision, View dHalfPrecision, View dLogScale, View dLogVar)
    : IMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => dLogVar.Store(
        MixtureDensity.LogVarGrad(
            halfPrecision.Load<T>(row, d, count), dHalfPrecision.Load<T>(row, d, count),
            dLogScale.Broadcast<T>(row)),
        row, d, count);
}

/// <summary>y = x·e^s + t element by element, logDet[b] as a sum.</summary>
readonly unsafe struct CouplingSum<T>(View x, View s, View t, View y, View logDet) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        var scale = s.Load<T>(row, d, count);
        y.Store(Coupling.Apply(x.Load<T>(row, d, count), scale, t.Load<T>(row, d, count)), row, d, count);
        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *logDet[row] = sum;
}

/// <summary>dx = dy·e^s, ds = dx·x + dLogDet[b].</summary>
readonly struct CouplingGradMap<T>(View x, View s, View dy, View dLogDet, View dx, View ds) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var adjoint = Coupling.InputGrad(s.Load<T>(row, d, count), dy.Load<T>(row, d, count));
        dx.Store(adjoint, row, d, count);
        ds.Store(T.Fma(adjoint, x.Load<T>(row, d, count), dLogDet.Broadcast<T>(row)), row, d, count);
    }
}

/// <summary>x = (y − t)·e^−s.</summary>
readonly struct CouplingInverseMap<T>(View y, View s, View t, View x) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => x.Store(
        CouplingInverse.Apply(y.Load<T>(row, d, count), s.Load<T>(row, d, count), t.Load<T>(row, d, count)),
        row, d, count);
}
