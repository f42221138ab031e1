using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>The numbers of a lane of pixels in a decoder's row, and where their adjoints go.</summary>
readonly struct PixelLane<T>(View output, View dOutput, int row, int d, int count, int D) : IPixelOutput<T>
    where T : unmanaged, IVectorLane<T>
{
    public T this[int j]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => output.Load<T>(row, j * D + d, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Adjoint(int j, T value) => dOutput.Store(value, row, j * D + d, count);
}

/// <summary>nll[b] = Σ_d −log p(x).</summary>
readonly unsafe struct PixelNllSum<T, TPixel>(PixelLikelihood likelihood, View output, View x, View nll, int D)
    : ISum<T>
    where T : unmanaged, IVectorLane<T>
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => TPixel.Nll(
        x.Load<T>(row, d, count), likelihood.Count, new PixelLane<T>(output, output, row, d, count, D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *nll[row] = sum;
}

/// <summary>nll[b] as a sum, the adjoints of the output pixel by pixel.</summary>
readonly unsafe struct PixelNllWithGradSum<T, TPixel>(
    PixelLikelihood likelihood, View output, View x, View dNll, View nll, View dOutput, int D) : ISum<T>
    where T : unmanaged, IVectorLane<T>
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => TPixel.NllWithGrad(
        x.Load<T>(row, d, count), likelihood.Count,
        new PixelLane<T>(output, dOutput, row, d, count, D), dNll.Broadcast<T>(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *nll[row] = sum;
}

/// <summary>The adjoints of the output alone.</summary>
readonly struct PixelNllGradMap<T, TPixel>(
    PixelLikelihood likelihood, View output, View x, View dNll, View dOutput, int D) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => TPixel.NllWithGrad(
        x.Load<T>(row, d, count), likelihood.Count,
        new PixelLane<T>(output, dOutput, row, d, count, D), dNll.Broadcast<T>(row));
}

/// <summary>mean = E[x].</summary>
readonly struct PixelMeanMap<T, TPixel>(PixelLikelihood likelihood, View output, View mean, int D) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count) => mean.Store(
        TPixel.Mean<T, PixelLane<T>>(likelihood.Count, new(output, output, row, d, count, D)), row, d, count);
}
