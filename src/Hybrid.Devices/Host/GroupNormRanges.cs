using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Moments and values of one image after the other, while it lies in a cache.</summary>
readonly unsafe struct GroupNormRange<T, TActivation>(NormViews own, View y) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    #region group-norm-image
    public void Run(int from, int to)
    {
        var shape = own.Shape;
        using var lists = new ChannelLists(shape.C, 5);
        using var partial = new ChannelLists(shape.C, PartialSums.Count);
        var pixels = new PixelSums<T>(partial);
        float* gains = lists.Of(0, own.Gain, shape.C), biases = lists.Of(1, own.Bias, shape.C), sums = lists[2];
        for (var n = from; n < to; n++)
        {
            var first = n * shape.Pixels;
            float* means = own.Moments[n], inverses = means + shape.Groups;
            pixels.Sum(new PlainValue<T>(own.X), first, shape.Pixels, shape.C, sums);
            for (var g = 0; g < shape.Groups; g++) means[g] = Mean(g, sums);
            var mean = lists.Spread(3, means, shape);

            pixels.Sum(new SquaredDeviation<T>(own.X, mean), first, shape.Pixels, shape.C, sums);
            for (var g = 0; g < shape.Groups; g++)
                inverses[g] = InverseDeviation.Apply(new F32(Mean(g, sums)), new F32(shape.Epsilon)).V;
            var inverse = lists.Spread(4, inverses, shape);

            new MapLoop<T, GroupNormMap<T, TActivation>>(
                new(own.X, mean, inverse, gains, biases, y), new(shape.Rows, shape.C))
                .Run(first, first + shape.Pixels);
        }
    }
    #endregion

    float Mean(int g, float* sums)
    {
        var (sum, channels) = (0f, own.Shape.Channels);
        for (var c = g * channels; c < (g + 1) * channels; c++) sum = Exact.Add(sum, sums[c]);
        return Exact.Mul(own.Shape.InverseCount, sum);
    }
}

/// <summary>Σ_p g and Σ_p g·x̂ of one image after the other.</summary>
readonly unsafe struct GroupNormSumsRange<T, TSlope>(NormAdjoints own) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    public void Run(int from, int to)
    {
        var (norm, shape) = (own.Norm, own.Norm.Shape);
        using var lists = new ChannelLists(shape.C, 4);
        using var partial = new ChannelLists(shape.C, 2 * PartialSums.Count);
        float* gains = lists.Of(0, norm.Gain, shape.C), biases = lists.Of(1, norm.Bias, shape.C);
        for (var n = from; n < to; n++)
        {
            float* mean = lists.Spread(2, norm.Moments[n], shape);
            float* inverse = lists.Spread(3, norm.Moments[n] + shape.Groups, shape);
            new PixelSums<T>(partial).SumBoth(
                new NormAdjoint<T, TSlope>(norm.X, own.DY, mean, inverse, gains, biases),
                n * shape.Pixels, shape.Pixels, shape.C, own.Sums[n], own.Products[n]);
        }
    }
}

/// <summary>dx of one image after the other.</summary>
readonly unsafe struct GroupNormGradRange<T, TSlope>(NormAdjoints own, View dx) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    public void Run(int from, int to)
    {
        var (norm, shape) = (own.Norm, own.Norm.Shape);
        using var lists = new ChannelLists(shape.C, 6);
        float* gains = lists.Of(0, norm.Gain, shape.C), biases = lists.Of(1, norm.Bias, shape.C);
        for (var n = from; n < to; n++)
        {
            float* mean = lists.Spread(2, norm.Moments[n], shape);
            float* inverse = lists.Spread(3, norm.Moments[n] + shape.Groups, shape);
            float* meanAdjoint = lists[4], correlation = lists[5];
            for (var g = 0; g < shape.Groups; g++)
            {
                var sum = Mean(g, gains, own.Sums[n]);
                var product = Mean(g, gains, own.Products[n]);
                new Span<float>(meanAdjoint + g * shape.Channels, shape.Channels).Fill(sum);
                new Span<float>(correlation + g * shape.Channels, shape.Channels).Fill(product);
            }
            new MapLoop<T, GroupNormGradMap<T, TSlope>>(
                new(new(norm.X, own.DY, mean, inverse, gains, biases), meanAdjoint, correlation, dx),
                new(shape.Rows, shape.C)).Run(n * shape.Pixels, (n + 1) * shape.Pixels);
        }
    }

    float Mean(int g, float* gains, float* of)
    {
        var (sum, channels) = (0f, own.Norm.Shape.Channels);
        for (var c = g * channels; c < (g + 1) * channels; c++) sum = Exact.Fma(gains[c], of[c], sum);
        return Exact.Mul(own.Norm.Shape.InverseCount, sum);
    }
}

/// <summary>(x − μ)².</summary>
readonly unsafe struct SquaredDeviation<T>(View x, float* mean) : IPixelValue<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(int row, int c, int count)
    {
        var deviation = x.Load<T>(row, c, count) - T.Load(mean + c);
        return deviation * deviation;
    }
}

/// <summary>y = act(x̂·gain + bias).</summary>
readonly unsafe struct GroupNormMap<T, TActivation>(
    View x, float* mean, float* inverse, float* gain, float* bias, View y) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => y.Store(
        TActivation.Apply(T.Fma(
            Normalized.Apply(x.Load<T>(row, d, count), T.Load(mean + d), T.Load(inverse + d)),
            T.Load(gain + d), T.Load(bias + d))),
        row, d, count);
}

/// <summary>g = dy·act′(x̂·gain + bias), and g·x̂.</summary>
readonly unsafe struct NormAdjoint<T, TSlope>(
    View x, View dy, float* mean, float* inverse, float* gain, float* bias) : IPixelPair<T>
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At(int row, int c, int count, out T first, out T second)
    {
        first = Of(row, c, count, out var normalized);
        second = first * normalized;
    }

    /// <summary>g and x̂.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(int row, int c, int count, out T normalized)
    {
        normalized = Normalized.Apply(x.Load<T>(row, c, count), T.Load(mean + c), T.Load(inverse + c));
        return dy.Load<T>(row, c, count) * TSlope.Apply(T.Fma(normalized, T.Load(gain + c), T.Load(bias + c)));
    }

    public float* Inverse => inverse;

    public float* Gain => gain;
}

/// <summary>dx = r·(g·gain − ḡ − x̂·c̄).</summary>
readonly unsafe struct GroupNormGradMap<T, TSlope>(
    NormAdjoint<T, TSlope> own, float* meanAdjoint, float* correlation, View dx) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var g = own.Of(row, d, count, out var normalized);
        dx.Store(
            T.Load(own.Inverse + d) * NormalizedAdjoint.Apply(
                normalized, g * T.Load(own.Gain + d), T.Load(meanAdjoint + d), T.Load(correlation + d)),
            row, d, count);
    }
}
