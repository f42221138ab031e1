using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>One tile of C: 4 or 8 rows by 1 to 3 lanes, kept in registers while k ascends.</summary>
/// <remarks>
/// 8 × 3 lanes of 16 are 24 of AVX-512's 32 registers, 4 × 3 lanes of 8 are 12 of AVX2's 16. Each
/// element is one chain of fused multiply-adds; between blocks of k it waits in C, which rounds nothing.
/// </remarks>
abstract unsafe class GemmTile<T, TRows, TCols> : TileRow<T, TCols>
    where T : unmanaged, IVectorLane<T>
    where TRows : ISize
    where TCols : ISize
{
    /// <summary>Continues C by <paramref name="depth"/> steps of k, or begins it.</summary>
    /// <param name="a">A at the tile's first row and the block's first k.</param>
    /// <param name="aRow">Words between rows of A.</param>
    /// <param name="aK">Words between steps of k in A.</param>
    /// <param name="panel">B at the block's first k: depth rows of TCols lanes.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="c">C at the tile's first element.</param>
    /// <param name="cRow">Words between rows of C.</param>
    /// <param name="rows">Rows that exist: 8 for an 8-row tile, 1 to 4 for a 4-row tile.</param>
    /// <param name="last">Columns that exist in the last lane.</param>
    /// <param name="begin">Whether the sums begin at +0 rather than at C.</param>
    [MethodImpl(HotLoop.Options)]
    public static void Run(
        float* a, nint aRow, nint aK, View panel, int depth, float* c, nint cRow,
        int rows, int last, bool begin)
    {
        T c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        T c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        T c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        T c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        if (begin) Fetch(c, cRow, rows, depth);
        else
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

        // A row that does not exist repeats row 0: its sums are made and thrown away.
        nint a1 = rows > 1 ? aRow : 0, a2 = rows > 2 ? 2 * aRow : 0;
        nint a3 = rows > 3 ? 3 * aRow : 0, a4 = 4 * aRow;
        #region tile-loop
        var b = panel.At;
        var bRow = panel.Stride;
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
                var lower = a + a4;
                Step(lower[0], b0, b1, b2, ref c40, ref c41, ref c42);
                Step(lower[a1], b0, b1, b2, ref c50, ref c51, ref c52);
                Step(lower[a2], b0, b1, b2, ref c60, ref c61, ref c62);
                Step(lower[a3], b0, b1, b2, ref c70, ref c71, ref c72);
            }
            a += aK;
            b += bRow;
        }
        #endregion

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
    /// Asks for C's lines while the sums are made; otherwise each store of a large product waits for memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fetch(float* c, nint cRow, int rows, int depth)
    {
        if (!Sse.IsSupported || depth < 128) return;
        for (var row = 0; row < rows; row++, c += cRow)
            for (var line = 0; line < TCols.Value * T.Width; line += 16) Sse.Prefetch0(c + line);
    }
}
