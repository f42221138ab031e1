using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

static class ConvTile
{
    /// <summary>Steps of a panel between which the sums wait in the output: a panel stays in L2.</summary>
    public const int MaxSteps = 1536;
}

/// <summary>4 or 8 pixels of an output by 1 to 3 lanes of channels, in registers over all taps.</summary>
/// <remarks>
/// Where pixels lie in rows with a border, the taps of one kernel row are one run of k·C numbers: a tile
/// has k runs of k·C steps each. Its pixels lie anywhere (<c>at</c>), so that tiles go on over
/// the ends of rows and images.
/// </remarks>
abstract unsafe class ConvTile<T, TRows, TCols> : TileRow<T, TCols>
    where T : unmanaged, IVectorLane<T>
    where TRows : ISize
    where TCols : ISize
{
    /// <summary>Continues the tile's sums by <paramref name="runs"/> runs of steps, or begins them.</summary>
    /// <param name="at">Where the first run of each pixel starts; those that do not exist repeat one.</param>
    /// <param name="aRun">Words from one run to the next.</param>
    /// <param name="runs">Runs.</param>
    /// <param name="depth">Steps of a run.</param>
    /// <param name="b">Packed weights: runs × depth × TCols lanes.</param>
    /// <param name="bSkipped">Words of weights between runs that no run reads.</param>
    /// <param name="c">The output at the tile's first element.</param>
    /// <param name="cRow">Words from one pixel of the output to the next.</param>
    /// <param name="rows">Pixels that exist.</param>
    /// <param name="last">Channels that exist in the last lane.</param>
    /// <param name="begin">Whether the sums begin at +0 rather than at what the output holds.</param>
    [MethodImpl(HotLoop.Options)]
    public static void Run(
        float** at, nint aRun, int runs, int depth, float* b, nint bSkipped, float* c, nint cRow,
        int rows, int last, bool begin)
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
                if (rows > 4) Load(c + 4 * cRow, last, ref c40, ref c41, ref c42);
                if (rows > 5) Load(c + 5 * cRow, last, ref c50, ref c51, ref c52);
                if (rows > 6) Load(c + 6 * cRow, last, ref c60, ref c61, ref c62);
                if (rows > 7) Load(c + 7 * cRow, last, ref c70, ref c71, ref c72);
            }
        }

        #region conv-tile-loop
        // One moving pointer and fixed distances from it: fewer registers than eight pointers that move.
        var a = at[0];
        nint a1 = (nint)(at[1] - a), a2 = (nint)(at[2] - a), a3 = (nint)(at[3] - a);
        nint a4 = (nint)(at[4] - a), a5 = (nint)(at[5] - a), a6 = (nint)(at[6] - a), a7 = (nint)(at[7] - a);
        for (var run = runs; run > 0; run--, a += aRun - depth, b += bSkipped)
            for (var k = depth; k > 0; k--)
            {
                var b0 = T.Load(b);
                var b1 = TCols.Value > 1 ? T.Load(b + T.Width) : default;
                var b2 = TCols.Value > 2 ? T.Load(b + 2 * T.Width) : default;
                Step(a[0], b0, b1, b2, ref c00, ref c01, ref c02);
                Step(a[a1], b0, b1, b2, ref c10, ref c11, ref c12);
                Step(a[a2], b0, b1, b2, ref c20, ref c21, ref c22);
                Step(a[a3], b0, b1, b2, ref c30, ref c31, ref c32);
                if (TRows.Value == 8)
                {
                    Step(a[a4], b0, b1, b2, ref c40, ref c41, ref c42);
                    Step(a[a5], b0, b1, b2, ref c50, ref c51, ref c52);
                    Step(a[a6], b0, b1, b2, ref c60, ref c61, ref c62);
                    Step(a[a7], b0, b1, b2, ref c70, ref c71, ref c72);
                }
                a++;
                b += TCols.Value * T.Width;
            }
        #endregion

        Store(c, last, c00, c01, c02);
        if (rows > 1) Store(c + cRow, last, c10, c11, c12);
        if (rows > 2) Store(c + 2 * cRow, last, c20, c21, c22);
        if (rows > 3) Store(c + 3 * cRow, last, c30, c31, c32);
        if (TRows.Value == 8)
        {
            if (rows > 4) Store(c + 4 * cRow, last, c40, c41, c42);
            if (rows > 5) Store(c + 5 * cRow, last, c50, c51, c52);
            if (rows > 6) Store(c + 6 * cRow, last, c60, c61, c62);
            if (rows > 7) Store(c + 7 * cRow, last, c70, c71, c72);
        }
    }
}
