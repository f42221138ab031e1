using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// One tap's weights, 4 or 8 channels in by 1 to 3 lanes out, in registers over rows of pixels.
/// </summary>
/// <remarks>
/// Each element is one chain over the pixels whose tap lies in the image; between calls it waits in the
/// gradient, which rounds nothing.
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
/// <typeparam name="TRows">4 or 8.</typeparam>
/// <typeparam name="TCols">1 to 3.</typeparam>
/// <typeparam name="TLast">Whether the last lane is whole.</typeparam>
abstract unsafe class ConvGradTile<T, TRows, TCols, TLast> : TileRow<T, TCols>
    where T : unmanaged, IVectorLane<T>
    where TRows : ISize
    where TCols : ISize
    where TLast : ILast
{
    /// <summary>Pixels between asking for one and using it.</summary>
    const int Ahead = 12;

    /// <summary>Continues the sums by <paramref name="lines"/> rows of pixels, or begins them.</summary>
    /// <param name="a">x at the tap of the first pixel and at the tile's first channel in.</param>
    /// <param name="aPixel">Words between pixels of x.</param>
    /// <param name="b">dy at the first pixel and at the tile's first channel out.</param>
    /// <param name="bPixel">Words between pixels of dy.</param>
    /// <param name="lines">Rows of pixels.</param>
    /// <param name="pixels">Pixels of each row whose tap lies in the image.</param>
    /// <param name="skipped">Pixels from the end of such a piece to the next.</param>
    /// <param name="c">The gradient at the tile's first element.</param>
    /// <param name="cRow">Words between its rows.</param>
    /// <param name="rows">Channels in that exist: 8 for an 8-row tile, 1 to 4 for a 4-row tile.</param>
    /// <param name="last">Channels out that exist in the last lane.</param>
    /// <param name="begin">Whether the sums begin at +0 rather than at what the gradient holds.</param>
    [MethodImpl(HotLoop.Options)]
    public static void Run(
        float* a, nint aPixel, float* b, nint bPixel, int lines, int pixels, int skipped,
        float* c, nint cRow, int rows, int last, bool begin)
    {
        T c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        T c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        T c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        T c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        if (!begin)
        {
            Load(c, last, ref c00, ref c01, ref c02);
            if (rows > 1) Load(c + cRow, last, ref c10, ref c11, ref c12);
            if (rows > 2) Load(c + 2 * cRow, last, ref c20, ref c21, ref c22);
            if (rows > 3) Load(c + 3 * cRow, last, ref c30, ref c31, ref c32);
            if (TRows.Value == 8)
            {
                Load(c + 4 * cRow, last, ref c40, ref c41, ref c42);
                Load(c + 5 * cRow, last, ref c50, ref c51, ref c52);
                Load(c + 6 * cRow, last, ref c60, ref c61, ref c62);
                Load(c + 7 * cRow, last, ref c70, ref c71, ref c72);
            }
        }

        // A channel that does not exist repeats the first: its sums are made and thrown away.
        nint a1 = rows > 1 ? 1 : 0, a2 = rows > 2 ? 2 : 0, a3 = rows > 3 ? 3 : 0;
        for (var line = lines; line > 0; line--, a += skipped * aPixel, b += skipped * bPixel)
            for (var pixel = pixels; pixel > 0; pixel--, a += aPixel, b += bPixel)
            {
                // One half of a line of x a pixel: without being asked, it comes from the second cache too late.
                if (Sse.IsSupported) Sse.Prefetch0(a + Ahead * aPixel);
                var b0 = Lane(b, 0, last);
                var b1 = TCols.Value > 1 ? Lane(b, 1, last) : default;
                var b2 = TCols.Value > 2 ? Lane(b, 2, last) : default;
                Step(a[0], b0, b1, b2, ref c00, ref c01, ref c02);
                Step(a[a1], b0, b1, b2, ref c10, ref c11, ref c12);
                Step(a[a2], b0, b1, b2, ref c20, ref c21, ref c22);
                Step(a[a3], b0, b1, b2, ref c30, ref c31, ref c32);
                if (TRows.Value == 8)
                {
                    Step(a[4], b0, b1, b2, ref c40, ref c41, ref c42);
                    Step(a[5], b0, b1, b2, ref c50, ref c51, ref c52);
                    Step(a[6], b0, b1, b2, ref c60, ref c61, ref c62);
                    Step(a[7], b0, b1, b2, ref c70, ref c71, ref c72);
                }
            }

        Store(c, last, c00, c01, c02);
        if (rows > 1) Store(c + cRow, last, c10, c11, c12);
        if (rows > 2) Store(c + 2 * cRow, last, c20, c21, c22);
        if (rows > 3) Store(c + 3 * cRow, last, c30, c31, c32);
        if (TRows.Value == 8)
        {
            Store(c + 4 * cRow, last, c40, c41, c42);
            Store(c + 5 * cRow, last, c50, c51, c52);
            Store(c + 6 * cRow, last, c60, c61, c62);
            Store(c + 7 * cRow, last, c70, c71, c72);
        }
    }

    /// <summary>
    /// No question in the loop: with one, the compiler (.NET 10) spreads numbers by a shuffle instead of while
    /// loading them, on a unit that multiplies too, and the loop is a tenth slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Lane(float* b, int lane, int last) => TLast.Whole || lane < TCols.Value - 1
        ? T.Load(b + lane * T.Width)
        : T.LoadFirst(b + lane * T.Width, last);
}

/// <summary>Whether all columns of a last lane exist.</summary>
interface ILast
{
    static abstract bool Whole { get; }
}

readonly struct Whole : ILast { static bool ILast.Whole => true; }

readonly struct Part : ILast { static bool ILast.Whole => false; }
