using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>The operations on the CPU: loops over lanes, shared out among workers.</summary>
/// <remarks>
/// The lane decides how many numbers a register holds and the pool how many cores work; neither changes a bit
/// of any result. One caller at a time.
/// </remarks>
/// <typeparam name="T">The float lane.</typeparam>
/// <typeparam name="TWord">The word lane of the same width.</typeparam>
sealed unsafe partial class HostOps<T, TWord>(HostArena arena, WorkerPool pool, HostScratch scratch) : IOps
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    /// <summary>Work below this many cheap elements takes less time than waking a second core.</summary>
    const long WorthSharing = 1 << 14;

    /// <summary>What one element costs beside a load and a store.</summary>
    const int Cheap = 1, Transcendental = 4, Random = 12;

    View View(Tensor tensor) => arena.View(tensor);

    /// <remarks>
    /// Not inlined: a caller has room for so many inlined calls and no more, and the loop needs all of them.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Share<TRange>(TRange range, int rows, long workPerRow) where TRange : unmanaged, IRowRange
    {
        if (pool.Threads == 1 || rows == 1 || rows * workPerRow < WorthSharing)
        {
            range.Run(0, rows);
            return;
        }
        var chunk = (rows - 1) / (4 * pool.Threads) + 1;
        pool.Run(new Chunks<TRange>(range, rows, chunk), (rows - 1) / chunk + 1);
    }

    void Map<TMap>(TMap map, int rows, int cols, int cost) where TMap : unmanaged, IMap<T> =>
        Share(new MapLoop<T, TMap>(map, new(rows, cols)), rows, (long)cols * cost);

    void Sum<TSum>(TSum sum, int rows, int cols, int cost) where TSum : unmanaged, ISum<T> =>
        Share(new SumLoop<T, TSum>(sum, cols), rows, (long)cols * cost);

    /// <summary>Rows [0, rows) in pieces of <paramref name="chunk"/>.</summary>
    readonly struct Chunks<TRange>(TRange range, int rows, int chunk) : ITasks
        where TRange : unmanaged, IRowRange
    {
        public void Run(int task, int worker) => range.Run(task * chunk, Math.Min(rows, (task + 1) * chunk));
    }

    public void RowSums(Tensor x, Tensor y) =>
        Sum(new ScaledSum<T>(View(x), 1, View(y)), x.Rows, x.Cols, Cheap);

    public void Sum(Tensor x, float scale, Tensor y)
    {
        var vector = x.Flat();
        var row = new View(arena.At(vector), 0);
        new SumLoop<T, ScaledSum<T>>(new(row, scale, View(y)), vector.Rows).Run(0, 1);
    }

    #region kl-rows
    public void KlRows(Tensor mu, Tensor logVar, Tensor kl) => Sum(
        new FormulaSum<T, KlStandardNormal>(View(mu), View(logVar), View(kl)),
        mu.Rows, mu.Cols, Transcendental);
    #endregion

    public void KlRowsGrad(Tensor mu, Tensor logVar, Tensor dKl, Tensor dMu, Tensor dLogVar) => Map(
        new KlGradMap<T>(View(mu), View(logVar), View(dKl), View(dMu), View(dLogVar)),
        mu.Rows, mu.Cols, Transcendental);

    public void BernoulliNllRows(Tensor logits, Tensor x, Tensor nll) => Sum(
        new FormulaSum<T, BernoulliNll>(View(logits), View(x), View(nll)), x.Rows, x.Cols, Transcendental);

    public void BernoulliNllRowsGrad(Tensor logits, Tensor x, Tensor dNll, Tensor dLogits) => Map(
        new BernoulliNllGradMap<T>(View(logits), View(x), View(dNll), View(dLogits)),
        x.Rows, x.Cols, Transcendental);

    public void BernoulliNllRowsWithGrad(Tensor logits, Tensor x, Tensor dNll, Tensor nll, Tensor dLogits) => Sum(
        new BernoulliNllWithGradSum<T>(View(logits), View(x), View(dNll), View(nll), View(dLogits)),
        x.Rows, x.Cols, 2 * Transcendental);

    public void GaussianNllRows(Tensor x, Tensor mean, Tensor logVar, Tensor nll) => Sum(
        new GaussianNllSum<T>(View(x), View(mean), View(logVar), View(nll)), x.Rows, x.Cols, Transcendental);

    public void GaussianNllRowsGrad(
        Tensor x, Tensor mean, Tensor logVar, Tensor dNll, Tensor dMean, Tensor dLogVarRows) => Sum(
        new GaussianNllGradSum<T>(
            View(x), View(mean), View(logVar), View(dNll), View(dMean), View(dLogVarRows)),
        x.Rows, x.Cols, Transcendental);
}
