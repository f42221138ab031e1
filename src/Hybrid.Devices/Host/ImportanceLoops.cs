using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>ratio[b] = Σ_d log q(z) − log p(z).</summary>
readonly unsafe struct LogRatioSum<T>(View z, View mu, View logVar, View ratio) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => LogRatio.Apply(
        z.Load<T>(row, d, count), mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *ratio[row] = sum;
}

/// <summary>dZ = dRatio[b]·∂/∂z.</summary>
readonly struct LogRatioGradDrawMap<T>(View z, View mu, View logVar, View dRatio, View dZ) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var (slope, _, _) = LogRatioGrad.Apply(
            z.Load<T>(row, d, count), mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));
        dZ.Store(dRatio.Broadcast<T>(row) * slope, row, d, count);
    }
}

/// <summary>dMu and dLogVar, the draw held fast.</summary>
readonly struct LogRatioGradMap<T>(View z, View mu, View logVar, View dRatio, View dMu, View dLogVar) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var adjoint = dRatio.Broadcast<T>(row);
        var (_, a, b) = LogRatioGrad.Apply(
            z.Load<T>(row, d, count), mu.Load<T>(row, d, count), logVar.Load<T>(row, d, count));
        dMu.Store(adjoint * a, row, d, count);
        dLogVar.Store(adjoint * b, row, d, count);
    }
}

/// <summary>y[b, :] = s[b]·x[b, :].</summary>
readonly struct ScaleRowsMap<T>(View x, View s, View y) : IMap<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) =>
        y.Store(s.Broadcast<T>(row) * x.Load<T>(row, d, count), row, d, count);
}

/// <summary>nll[b] = −log of the mean weight, share[b, :] = each weight's share.</summary>
readonly unsafe struct ImportanceNllRange<T>(View surprise, float logCount, View nll, View share, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            var least = Least(surprise[row]);
            var sum = Sum(row, least);
            *nll[row] = ImportanceNll.Apply(new F32(sum), new F32(least), new F32(logCount)).V;
        }
    }

    /// <summary>The same number in whatever order it is looked for.</summary>
    [MethodImpl(HotLoop.Options)]
    float Least(float* row)
    {
        var whole = cols - cols % T.Width;
        var greatest = -new F32(row[0]);
        if (whole > 0)
        {
            var lanes = -T.Load(row);
            for (var k = T.Width; k < whole; k += T.Width) lanes = T.Max(lanes, -T.Load(row + k));
            var parts = stackalloc float[T.Width];
            T.Store(lanes, parts);
            for (var lane = 0; lane < T.Width; lane++) greatest = F32.Max(greatest, new F32(parts[lane]));
        }
        for (var k = whole; k < cols; k++) greatest = F32.Max(greatest, -new F32(row[k]));
        return (-greatest).V;
    }

    [MethodImpl(HotLoop.Options)]
    float Sum(int row, float least)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var shift = T.Broadcast(least);
        for (var k = 0; k < cols; k += T.Width)
        {
            var count = Math.Min(T.Width, cols - k);
            PartialSums.Add(partial, InfoNceTerm.Apply(shift, surprise.Load<T>(row, k, count)), k, count);
        }
        var sum = PartialSums.Meet<T>(partial);
        for (var k = 0; k < cols; k += T.Width)
        {
            var count = Math.Min(T.Width, cols - k);
            var weight = ImportanceShare.Apply(surprise.Load<T>(row, k, count), shift, T.Broadcast(sum));
            share.Store(weight, row, k, count);
        }
        return sum;
    }
}
