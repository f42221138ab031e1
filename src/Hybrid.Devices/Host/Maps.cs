using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y = value.</summary>
readonly struct FillMap<T>(View y, float value) : IMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => y.Store(T.Broadcast(value), row, d, count);
}

/// <summary>y += x.</summary>
readonly struct AddMap<T>(View x, View y) : IMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) =>
        y.Store(y.Load<T>(row, d, count) + x.Load<T>(row, d, count), row, d, count);
}

/// <summary>y = f(x).</summary>
readonly struct FormulaMap<T, TFormula>(View x, View y) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TFormula : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) =>
        y.Store(TFormula.Apply(x.Load<T>(row, d, count)), row, d, count);
}

/// <summary>dx = dy·f(known).</summary>
readonly struct ChainMap<T, TSlope>(View known, View dy, View dx) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) =>
        dx.Store(dy.Load<T>(row, d, count) * TSlope.Apply(known.Load<T>(row, d, count)), row, d, count);
}

/// <summary>A closed-form derivative, as a formula of its argument.</summary>
readonly struct Slope<TFormula, TGradient> : IFormula1
    where TFormula : IFormula1
    where TGradient : IGradient1<TFormula>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => TGradient.Apply(a);
}

/// <summary>A derivative that is read off its formula's output, from the argument.</summary>
readonly struct OutputSlope<TFormula, TSlope> : IFormula1
    where TFormula : IFormula1
    where TSlope : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => TSlope.Apply(TFormula.Apply(a));
}

/// <summary>1, the derivative of x.</summary>
readonly struct UnitSlope : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Const(1);
}

/// <summary>x.</summary>
readonly struct IdentityFormula : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => a;
}

/// <summary>dMu = dKl[b]·mu, dLogVar = dKl[b]·½(e^logVar − 1).</summary>
readonly struct KlGradMap<T>(View mu, View logVar, View dKl, View dMu, View dLogVar) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var adjoint = dKl.Broadcast<T>(row);
        var (a, b) = KlStandardNormalGrad.Apply(mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));
        dMu.Store(adjoint * a, row, d, count);
        dLogVar.Store(adjoint * b, row, d, count);
    }
}

/// <summary>dLogits = dNll[b]·(σ(logits) − x).</summary>
readonly struct BernoulliNllGradMap<T>(View logits, View x, View dNll, View dLogits) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var slope = BernoulliNllGrad.Apply(logits.Load<T>(row, d, count), x.Load<T>(row, d, count)).A;
        dLogits.Store(dNll.Broadcast<T>(row) * slope, row, d, count);
    }
}

/// <summary>One AdamW step; the four tensors are pieces of dense ones.</summary>
readonly struct AdamMap<T>(View parameters, View gradient, View m, View v, AdamStep step) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var p = parameters.Load<T>(row, d, count);
        var mean = m.Load<T>(row, d, count);
        var square = v.Load<T>(row, d, count);
        Formulas.Adam.Apply(ref p, gradient.Load<T>(row, d, count), ref mean, ref square, step);
        parameters.Store(p, row, d, count);
        m.Store(mean, row, d, count);
        v.Store(square, row, d, count);
    }
}

/// <summary>y = noise.</summary>
readonly struct NoiseMap<T>(View y) : INoisyMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count, T noise) => y.Store(noise, row, d, count);
}

/// <summary>x = 1 with probability p.</summary>
readonly struct BinarizeMap<T>(View p, View x) : INoisyMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count, T noise) =>
        x.Store(BernoulliDraw.Apply(p.Load<T>(row, d, count), noise), row, d, count);
}

/// <summary>The adjoints of z = mu + e^(logVar/2)·ε and of the row's KL, together.</summary>
readonly struct ReparameterizeKlGradMap<T>(View mu, View logVar, View dz, View dKl, View dMu, View dLogVar)
    : INoisyMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count, T eps)
    {
        var (a, b) = ReparameterizeKlAdjoint.Apply(
            mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count), eps,
            dz.Load<T>(row, d, count), dKl.Broadcast<T>(row));
        dMu.Store(a, row, d, count);
        dLogVar.Store(b, row, d, count);
    }
}
