using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Every <c>High</c> rows of x are a matrix of blocks, a row and <c>Width</c> columns
/// each; y has each of these matrices transposed.
/// </summary>
/// <remarks>
/// Pixels of a picture become patches (rows of a band of them × places across it), and
/// the columns of heads become problems of their own (tokens × heads); the way back is
/// the same with places and rows exchanged.
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [N·High, P·Width]; y: [N·P, High·Width]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4 bytes read and 4 written for each number
/// </description></item>
/// </list>
/// </remarks>
public static class TransposeBlocks
{
    public readonly record struct Arguments(
        Rows X, Rows Y, int High, int Places, int Width, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(TransposeBlocks), a => Cost(a.B, a.D), [
        new("a thread per element", TransposeBlocks_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    /// <summary>Of y[B, D].</summary>
    public static Cost Cost(long b, long d) => b * d * new Cost(4, 4, 0, 0);

    // V1: a thread per element of y.
    //
    // before   nothing.
    // idea     neighbouring threads write neighbours, and read them within a block.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    a block of four floats is a quarter of a warp's 128 bytes; four divisions.
    #region transpose-blocks-v1
    public static void TransposeBlocks_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        int of = d / a.Width, within = d - of * a.Width;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            int matrix = row / a.Places, place = row - matrix * a.Places;
            a.Y[row, d] = a.X[matrix * a.High + of, place * a.Width + within];
        }
    }
    #endregion
}
