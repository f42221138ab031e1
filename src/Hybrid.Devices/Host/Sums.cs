using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y[b] = scale·Σ_d x.</summary>
readonly unsafe struct ScaledSum<T>(View x, float scale, View y) : ISum<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => x.Load<T>(row, d, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *y[row] = Exact.Mul(scale, sum);
}

#region formula-sum
/// <summary>y[b] = Σ_d f(a, b): KL and Bernoulli rows.</summary>
readonly unsafe struct FormulaSum<T, TFormula>(View a, View b, View y) : ISum<T>
    where T : unmanaged, IVectorLane<T>
    where TFormula : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) =>
        TFormula.Apply(a.Load<T>(row, d, count), b.Load<T>(row, d, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *y[row] = sum;
}
#endregion

/// <summary>nll[b] as a sum, dLogits element by element.</summary>
readonly unsafe struct BernoulliNllWithGradSum<T>(View logits, View x, View dNll, View nll, View dLogits) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        T l = logits.Load<T>(row, d, count), data = x.Load<T>(row, d, count);
        dLogits.Store(dNll.Broadcast<T>(row) * BernoulliNllGrad.Apply(l, data).A, row, d, count);
        return BernoulliNll.Apply(l, data);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *nll[row] = sum;
}

/// <summary>nll[b] = Σ_d −log N(x; mean, e^logVar), one logVar for all.</summary>
readonly unsafe struct GaussianNllSum<T>(View x, View mean, View logVar, View nll) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => GaussianNll.Apply(
        x.Load<T>(row, d, count), mean.Load<T>(row, d, count), logVar.Broadcast<T>(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *nll[row] = sum;
}

/// <summary>dMean element by element, dLogVarRows[b] as a sum.</summary>
readonly unsafe struct GaussianNllGradSum<T>(
    View x, View mean, View logVar, View dNll, View dMean, View dLogVarRows) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        var (_, slope, term) = GaussianNllGrad.Apply(
            x.Load<T>(row, d, count), mean.Load<T>(row, d, count), logVar.Broadcast<T>(0));
        dMean.Store(dNll.Broadcast<T>(row) * slope, row, d, count);
        return term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *dLogVarRows[row] = Exact.Mul(*dNll[row], sum);
}

/// <summary>z = mu + e^(logVar/2)·ε and kl[b] = Σ_d KL.</summary>
readonly unsafe struct ReparameterizeKlSum<T>(View mu, View logVar, View z, View kl) : INoisySum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count, T eps)
    {
        T a = mu.Load<T>(row, d, count), b = logVar.Load<T>(row, d, count);
        z.Store(Reparameterize.Apply(a, b, eps), row, d, count);
        return KlStandardNormal.Apply(a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *kl[row] = sum;
}
