using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>A pixel's numbers in a decoder's row, and where their adjoints go.</summary>
readonly struct PixelAt(Rows output, Rows dOutput, int row, int d, int D)
    : IPixelOutput<F32>
{
    public F32 this[int j]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => output[row, j * D + d];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Adjoint(int j, F32 value) => dOutput[row, j * D + d] = value;
}

/// <summary>What a row's sum has of pixel d.</summary>
interface IPixelTerm
{
    F32 At(int row, int d);
}

/// <summary>−log p(x).</summary>
readonly struct NllTerm<TPixel>(PixelNllRows.Arguments a) : IPixelTerm
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F32 At(int row, int d) => TPixel.Nll(
        a.X[row, d], a.Count, new PixelAt(a.Output, a.Output, row, d, a.D));
}

/// <summary>−log p(x), with the adjoints written on the way.</summary>
readonly struct NllWithGradTerm<TPixel>(PixelNllRowsWithGrad.Arguments a) : IPixelTerm
    where TPixel : IPixel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F32 At(int row, int d) => TPixel.NllWithGrad(
        a.X[row, d], a.Count, new PixelAt(a.Output, a.DOutput, row, d, a.D),
        a.DNll[row]);
}
