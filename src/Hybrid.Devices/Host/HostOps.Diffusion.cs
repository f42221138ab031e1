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

    public void SquaredErrorRowsWithGrad(
        Tensor prediction, Tensor target, Tensor dLoss, Tensor loss, Tensor dPrediction) => Sum(
        new SquaredErrorWithGradSum<T>(
            View(prediction), View(target), View(dLoss), View(loss), View(dPrediction)),
        target.Rows, target.Cols, Cheap);

    public void NoisePredictionRowsWithGrad(
        Tensor prediction, in Noise noise, Tensor dLoss, Tensor loss, Tensor dPrediction)
    {
        var sum = new NoisePredictionSum<T>(View(prediction), View(dLoss), View(loss), View(dPrediction));
        Share(new NoisySumLoop<T, TWord, NormalBlock<T, TWord>, NoisePredictionSum<T>>(
            sum, prediction.Cols, noise), prediction.Rows, (long)prediction.Cols * Random);
    }

    public void CosineLogSnr(Tensor t, Tensor logSnr) =>
        Activate<Formulas.CosineLogSnr>(t, logSnr, Random);

    public void Diffuse(Tensor x, Tensor logSnr, Tensor eps, Tensor z) => Map(
        new DiffuseMap<T>(View(x), View(logSnr), View(eps), View(z)), x.Rows, x.Cols, Transcendental);

    public void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps) =>
        DiffuseNoise(x, logSnr, noise, z, eps, keepsEps: true);

    public void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z) =>
        DiffuseNoise(x, logSnr, noise, z, z, keepsEps: false);

    void DiffuseNoise(Tensor x, Tensor logSnr, in Noise noise, Tensor z, Tensor eps, bool keepsEps) => Share(
        new DiffuseNoiseLoop<T, TWord>(View(x), View(logSnr), View(z), View(eps), keepsEps, x.Cols, noise),
        x.Rows, (long)x.Cols * Random);

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

/// <summary>loss[b] as a sum, dPrediction element by element.</summary>
readonly unsafe struct SquaredErrorWithGradSum<T>(
    View prediction, View target, View dLoss, View loss, View dPrediction) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        T y = prediction.Load<T>(row, d, count), t = target.Load<T>(row, d, count);
        dPrediction.Store(dLoss.Broadcast<T>(row) * SquaredErrorGrad.Apply(y, t).A, row, d, count);
        return SquaredError.Apply(y, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *loss[row] = sum;
}

/// <summary>The same with noise for the target.</summary>
readonly unsafe struct NoisePredictionSum<T>(View prediction, View dLoss, View loss, View dPrediction) : INoisySum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count, T eps)
    {
        var y = prediction.Load<T>(row, d, count);
        dPrediction.Store(dLoss.Broadcast<T>(row) * SquaredErrorGrad.Apply(y, eps).A, row, d, count);
        return SquaredError.Apply(y, eps);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *loss[row] = sum;
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

/// <summary>z = α·x + σ·ε with α and σ made once a row, and ε where it is kept.</summary>
readonly unsafe struct DiffuseNoiseLoop<T, TWord>(
    View x, View logSnr, View z, View eps, bool keepsEps, int cols, Noise noise) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        var block = stackalloc float[NoiseBlock.Cols];
        for (var row = from; row < to; row++)
        {
            var ratio = logSnr.Broadcast<T>(row);
            T alpha = Diffuse.Alpha(ratio), sigma = Diffuse.Sigma(ratio);
            for (var first = 0; first < cols; first += NoiseBlock.Cols)
            {
                int count = Math.Min(NoiseBlock.Cols, cols - first), i = 0;
                NormalBlock<T, TWord>.Make(block, row, first, count, noise);
                for (; i <= count - T.Width; i += T.Width)
                    Step(row, first + i, T.Width, alpha, sigma, T.Load(block + i));
                if (i < count) Step(row, first + i, count - i, alpha, sigma, T.Load(block + i));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Step(int row, int d, int count, T alpha, T sigma, T noise)
    {
        z.Store(Diffuse.Mix(x.Load<T>(row, d, count), alpha, sigma, noise), row, d, count);
        if (keepsEps) eps.Store(noise, row, d, count);
    }
}
