using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y = x̂·(1 + scale) + shift, and each row's mean and inverse deviation.</summary>
readonly unsafe struct LayerNormRange<T>(
    View x, View shift, View scale, View y, View statistics, int cols, int perCondition) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        for (var row = from; row < to; row++)
        {
            float mean = Exact.Div(Sum(row), cols), variance = Exact.Div(Squares(row, mean), cols);
            var inverse = InverseDeviation.Apply(new F32(variance), new F32(InverseDeviation.DefaultEpsilon)).V;
            Write(row, row / perCondition, mean, inverse);
            (statistics[row][0], statistics[row][1]) = (mean, inverse);
        }
    }

    [MethodImpl(HotLoop.Options)]
    float Sum(int row)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width) PartialSums.Add(partial, x.Load<T>(row, d, T.Width), d, T.Width);
        if (d < cols) PartialSums.Add(partial, x.Load<T>(row, d, cols - d), d, cols - d);
        return PartialSums.Meet<T>(partial);
    }

    [MethodImpl(HotLoop.Options)]
    float Squares(int row, float center)
    {
        var partial = stackalloc float[PartialSums.Count];
        PartialSums.Clear(partial);
        var mean = T.Broadcast(center);
        for (var d = 0; d < cols; d += T.Width)
        {
            var count = Math.Min(T.Width, cols - d);
            var residual = x.Load<T>(row, d, count) - mean;
            PartialSums.Add(partial, residual * residual, d, count);
        }
        return PartialSums.Meet<T>(partial);
    }

    [MethodImpl(HotLoop.Options)]
    void Write(int row, int condition, float center, float reciprocal)
    {
        T mean = T.Broadcast(center), inverse = T.Broadcast(reciprocal);
        for (var d = 0; d < cols; d += T.Width)
        {
            var count = Math.Min(T.Width, cols - d);
            var normalized = Normalized.Apply(x.Load<T>(row, d, count), mean, inverse);
            y.Store(Modulated.Apply(normalized, shift.Load<T>(condition, d, count), scale.Load<T>(condition, d, count)),
                row, d, count);
        }
    }
}

/// <summary>dx = r·(g − ḡ − x̂·c).</summary>
readonly unsafe struct LayerNormGradRange<T>(
    View x, View scale, View statistics, View dy, View dx, int cols, int perCondition) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        float* sums = stackalloc float[PartialSums.Count], products = stackalloc float[PartialSums.Count];
        for (var row = from; row < to; row++)
        {
            PartialSums.Clear(sums);
            PartialSums.Clear(products);
            for (var d = 0; d < cols; d += T.Width)
            {
                var count = Math.Min(T.Width, cols - d);
                T normalized = At(row, d, count), g = Adjoint(row, d, count, normalized);
                PartialSums.Add(sums, g, d, count);
                PartialSums.Add(products, g * normalized, d, count);
            }
            T mean = T.Broadcast(Exact.Div(PartialSums.Meet<T>(sums), cols));
            T correlation = T.Broadcast(Exact.Div(PartialSums.Meet<T>(products), cols));
            T inverse = T.Broadcast(statistics[row][1]);
            for (var d = 0; d < cols; d += T.Width)
            {
                var count = Math.Min(T.Width, cols - d);
                T normalized = At(row, d, count), g = Adjoint(row, d, count, normalized);
                dx.Store(inverse * NormalizedAdjoint.Apply(normalized, g, mean, correlation), row, d, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T At(int row, int d, int count) => Normalized.Apply(
        x.Load<T>(row, d, count), T.Broadcast(statistics[row][0]), T.Broadcast(statistics[row][1]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T Adjoint(int row, int d, int count, T normalized)
    {
        var (slope, _, _) = ModulatedGrad.Apply(normalized, default, scale.Load<T>(row / perCondition, d, count));
        return dy.Load<T>(row, d, count) * slope;
    }
}

/// <summary>dShift = Σ dy, dScale = Σ dy·x̂ over the rows of a condition: tasks are conditions.</summary>
readonly unsafe struct ModulationGradRange<T>(
    View x, View statistics, View dy, View dShift, View dScale, int cols, int perCondition) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        for (var condition = from; condition < to; condition++)
            for (var d = 0; d < cols; d += T.Width)
            {
                var count = Math.Min(T.Width, cols - d);
                T shift = default, slope = default;
                for (var row = condition * perCondition; row < (condition + 1) * perCondition; row++)
                {
                    var normalized = Normalized.Apply(
                        x.Load<T>(row, d, count), T.Broadcast(statistics[row][0]), T.Broadcast(statistics[row][1]));
                    var adjoint = dy.Load<T>(row, d, count);
                    shift += adjoint;
                    slope = T.Fma(adjoint, normalized, slope);
                }
                dShift.Store(shift, condition, d, count);
                dScale.Store(slope, condition, d, count);
            }
    }
}
