using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Moments and values of one image after the other, while it lies in a cache.</summary>
readonly unsafe struct GroupNormRange<T>(
    View x, View gain, View bias, GroupShape shape, View y, View moments) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    #region group-norm-image
    public void Run(int from, int to)
    {
        using var lists = new ChannelLists(shape.C, 5);
        float* gains = lists.Of(0, gain, shape.C), biases = lists.Of(1, bias, shape.C), sums = lists[2];
        for (var n = from; n < to; n++)
        {
            var first = n * shape.Pixels;
            float* means = moments[n], inverses = means + shape.Groups;
            PixelSums<T>.Sum(new PlainValue<T>(x), first, shape.Pixels, shape.C, sums);
            for (var g = 0; g < shape.Groups; g++) means[g] = Mean(g, sums);
            var mean = lists.Spread(3, means, shape);

            PixelSums<T>.Sum(new SquaredDeviation<T>(x, mean), first, shape.Pixels, shape.C, sums);
            for (var g = 0; g < shape.Groups; g++)
                inverses[g] = InverseDeviation.Apply(new F32(Mean(g, sums)), new F32(shape.Epsilon)).V;
            var inverse = lists.Spread(4, inverses, shape);

            new MapLoop<T, GroupNormMap<T>>(
                new(x, mean, inverse, gains, biases, y), new(shape.Rows, shape.C))
                .Run(first, first + shape.Pixels);
        }
    }
    #endregion

    float Mean(int g, float* sums)
    {
        var sum = 0f;
        for (var c = g * shape.Channels; c < (g + 1) * shape.Channels; c++) sum = Exact.Add(sum, sums[c]);
        return Exact.Mul(shape.InverseCount, sum);
    }
}

/// <summary>Σ_p dy and Σ_p dy·x̂ of one image after the other.</summary>
readonly unsafe struct GroupNormSumsRange<T>(
    View x, View moments, View dy, GroupShape shape, View sums, View products) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        using var lists = new ChannelLists(shape.C, 2);
        for (var n = from; n < to; n++)
        {
            var first = n * shape.Pixels;
            float* mean = lists.Spread(0, moments[n], shape);
            float* inverse = lists.Spread(1, moments[n] + shape.Groups, shape);
            PixelSums<T>.Sum(new PlainValue<T>(dy), first, shape.Pixels, shape.C, sums[n]);
            PixelSums<T>.Sum(
                new WithNormalized<T>(x, dy, mean, inverse), first, shape.Pixels, shape.C, products[n]);
        }
    }
}

/// <summary>dx of one image after the other.</summary>
readonly unsafe struct GroupNormGradRange<T>(
    View x, View moments, View gain, View dy, View sums, View products, GroupShape shape, View dx) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        using var lists = new ChannelLists(shape.C, 5);
        var gains = lists.Of(0, gain, shape.C);
        for (var n = from; n < to; n++)
        {
            float* mean = lists.Spread(1, moments[n], shape);
            float* inverse = lists.Spread(2, moments[n] + shape.Groups, shape);
            float* meanAdjoint = lists[3], correlation = lists[4];
            for (var g = 0; g < shape.Groups; g++)
            {
                var own = Mean(g, gains, sums[n]);
                var product = Mean(g, gains, products[n]);
                new Span<float>(meanAdjoint + g * shape.Channels, shape.Channels).Fill(own);
                new Span<float>(correlation + g * shape.Channels, shape.Channels).Fill(product);
            }
            new MapLoop<T, GroupNormGradMap<T>>(
                new(x, dy, mean, inverse, gains, meanAdjoint, correlation, dx),
                new(shape.Rows, shape.C)).Run(n * shape.Pixels, (n + 1) * shape.Pixels);
        }
    }

    float Mean(int g, float* gains, float* of)
    {
        var sum = 0f;
        for (var c = g * shape.Channels; c < (g + 1) * shape.Channels; c++) sum = Exact.Fma(gains[c], of[c], sum);
        return Exact.Mul(shape.InverseCount, sum);
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

/// <summary>dy·x̂.</summary>
readonly unsafe struct WithNormalized<T>(View x, View dy, float* mean, float* inverse) : IPixelValue<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(int row, int c, int count) => dy.Load<T>(row, c, count)
        * Normalized.Apply(x.Load<T>(row, c, count), T.Load(mean + c), T.Load(inverse + c));
}

/// <summary>y = x̂·gain + bias.</summary>
readonly unsafe struct GroupNormMap<T>(
    View x, float* mean, float* inverse, float* gain, float* bias, View y) : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => y.Store(
        T.Fma(
            Normalized.Apply(x.Load<T>(row, d, count), T.Load(mean + d), T.Load(inverse + d)),
            T.Load(gain + d), T.Load(bias + d)),
        row, d, count);
}

/// <summary>dx = r·(dy·gain − ḡ − x̂·c̄).</summary>
readonly unsafe struct GroupNormGradMap<T>(
    View x, View dy, float* mean, float* inverse, float* gain, float* meanAdjoint, float* correlation, View dx)
    : IMap<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var r = T.Load(inverse + d);
        dx.Store(
            r * NormalizedAdjoint.Apply(
                Normalized.Apply(x.Load<T>(row, d, count), T.Load(mean + d), r),
                dy.Load<T>(row, d, count) * T.Load(gain + d), T.Load(meanAdjoint + d), T.Load(correlation + d)),
            row, d, count);
    }
}
