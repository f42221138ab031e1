using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What each latent dimension costs, over the rows.</summary>
sealed unsafe partial class HostOps<T, TWord>
{
    public void KlColumns(Tensor mu, Tensor logVar, Tensor kl)
    {
        var groups = (mu.Cols - 1) / T.Width + 1;
        Share(new KlColumnGroup<T>(View(mu), View(logVar), mu.Rows, mu.Cols, View(kl)), groups,
            (long)mu.Rows * T.Width * Transcendental);
    }

    public void KlColumnsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar) => Map(
        new KlColumnsGradMap<T>(
            View(mu), View(logVar), new(arena.At(dKl.Flat()), 0), View(dMu), View(dLogVar)),
        mu.Rows, mu.Cols, Transcendental);
}

/// <summary>kl[d] = Σ_b KL of a lane of columns at a time, rows in ascending order.</summary>
readonly unsafe struct KlColumnGroup<T>(View mu, View logVar, int rows, int cols, View kl) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        var sums = stackalloc float[16];
        for (var group = from; group < to; group++)
        {
            int first = group * T.Width, count = Math.Min(T.Width, cols - first);
            Sum(first, count, sums);
            for (var j = 0; j < count; j++) *kl[first + j] = sums[j];
        }
    }

    [MethodImpl(HotLoop.Options)]
    void Sum(int first, int count, float* sums)
    {
        var sum = default(T);
        for (var row = 0; row < rows; row++)
            sum += KlStandardNormal.Apply(mu.Load<T>(row, first, count), logVar.Load<T>(row, first, count));
        T.Store(sum, sums);
    }
}

/// <summary>dMu = dKl[d]·mu, dLogVar = dKl[d]·½(e^logVar − 1); dKl is the same row for all.</summary>
readonly struct KlColumnsGradMap<T>(View mu, View logVar, View dKl, View dMu, View dLogVar) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var adjoint = dKl.Load<T>(row, d, count);
        var (a, b) = KlStandardNormalGrad.Apply(mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));
        dMu.Store(adjoint * a, row, d, count);
        dLogVar.Store(adjoint * b, row, d, count);
    }
}
