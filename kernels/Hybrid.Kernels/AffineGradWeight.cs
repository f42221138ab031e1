using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>dw = xᵀ·dy: the adjoint of a layer's weights.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [B, K]; dy: [B, N]; dw: [K, N]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B·K + B·N) bytes read, 4·K·N written
/// </description></item>
/// <item><term>work</term><description>2·B·N·K flop</description></item>
/// <item><term>order</term><description>
/// one fused chain in ascending b from +0, in every rung
/// </description></item>
/// </list>
/// The bias's adjoint, which <see cref="ColumnSums"/> makes, is another launch here: its
/// chain runs down a column, across the blocks of the product.
/// The rungs are some of <see cref="Affine"/>'s, with the first factor transposed in
/// memory.
/// </remarks>
public static class AffineGradWeight
{
    public readonly record struct Arguments(
        Rows X, Rows DY, Rows DW, int B, int Units, int Inputs) : IProduct
    {
        public static bool LeftIsTransposed => true;

        public static bool RightIsTransposed => false;

        public Rows Left => X;

        public Rows Right => DY;

        public int M => Inputs;

        public int N => Units;

        public int K => B;

        public void Store(int m, int n, F32 sum) => DW[m, n] = sum;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AffineGradWeight), a => Product.Cost(a.M, a.N, a.K), [
        new("a thread per output", AffineGradWeight_V1_ThreadPerOutput,
            a => Grids.Elements(a.M, a.N)),
        new("tiles in shared memory", AffineGradWeight_V2_SharedTiles,
            a => Product.SharedTileGrid(a.M, a.N)),
        new("4 × 4 outputs in registers", AffineGradWeight_V3_RegisterTiles,
            a => Product.RegisterTileGrid(a.M, a.N)),
        new("8 × 8, the next tiles beside these", AffineGradWeight_V4_TwoTiles,
            a => Product.WideTileGrid(a.M, a.N)),
        new("the next three on their way", AffineGradWeight_V5_PipelinedTiles,
            a => Product.WideTileGrid(a.M, a.N)),
        new("tiles as memory holds them", AffineGradWeight_V6_WholeCopies,
            a => Product.WideTileGrid(a.M, a.N), together: 2),
        new("small tiles, many blocks", AffineGradWeight_V7_SmallTiles,
            a => Product.SmallTileGrid(a.M, a.N)),
    ], new(nameof(AffineGradWeight_V6_WholeCopies), Product.ForManyOutputs),
        Product.ForFewerOutputs<Arguments>(
            nameof(AffineGradWeight_V7_SmallTiles), nameof(AffineGradWeight_V3_RegisterTiles)));

    #region affine-grad-weight-v1
    public static void AffineGradWeight_V1_ThreadPerOutput(Arguments a)
    {
        var n = Grid.GlobalIndex.X;
        if (n >= a.Units) return;
        for (var k = Grid.GlobalIndex.Y; k < a.Inputs; k += Grid.DimY * Group.DimY)
        {
            var sum = F32.Const(0);
            for (var b = 0; b < a.B; b++) sum = F32.Fma(a.X[b, k], a.DY[b, n], sum);
            a.DW[k, n] = sum;
        }
    }
    #endregion

    // V2: as Affine's V3; x is transposed on its way into its tile.
    public static void AffineGradWeight_V2_SharedTiles(Arguments a) =>
        Product.SharedTiles(a);

    // V3: as Affine's V4; a float4 of x already lies along a row of its tile.
    public static void AffineGradWeight_V3_RegisterTiles(Arguments a) =>
        Product.RegisterTiles(a);

    // V4: as Affine's V6; both factors lie along the rows of their tiles.
    public static void AffineGradWeight_V4_TwoTiles(Arguments a) => Product.TwoTiles(a);

    // V5: as Affine's V7; all copies have 16 bytes where alignment allows.
    public static void AffineGradWeight_V5_PipelinedTiles(Arguments a) =>
        Product.PipelinedTiles(a);

    // V6: as Affine's V8.
    public static void AffineGradWeight_V6_WholeCopies(Arguments a) => Product.WholeCopies(a);

    // V7: as Affine's V9.
    public static void AffineGradWeight_V7_SmallTiles(Arguments a) => Product.SmallTiles(a);
}
