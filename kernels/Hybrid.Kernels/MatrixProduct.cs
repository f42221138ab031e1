using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y = x·w: a layer without bias, and the adjoint of a matrix of scores.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [B, K]; w: [K, N]; y: [B, N]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B·K + K·N) bytes read, 4·B·N written
/// </description></item>
/// <item><term>work</term><description>2·B·N·K flop</description></item>
/// <item><term>order</term><description>
/// one fused chain in ascending k from +0, in every rung
/// </description></item>
/// </list>
/// The rungs are V2 to V4 of <see cref="Affine"/>; a bias of 0 would turn −0 into +0.
/// </remarks>
public static class MatrixProduct
{
    public readonly record struct Arguments(Rows X, Rows W, Rows Y, int B, int N, int K)
        : IProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => false;

        public Rows Left => X;

        public Rows Right => W;

        public int M => B;

        public void Store(int m, int n, F32 sum) => Y[m, n] = sum;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MatrixProduct), a => Product.Cost(a.M, a.N, a.K), [
        new("a thread per output", MatrixProduct_V1_ThreadPerOutput,
            a => Grids.Elements(a.M, a.N)),
        new("tiles in shared memory", MatrixProduct_V2_SharedTiles,
            a => Product.SharedTileGrid(a.M, a.N)),
        new("4 × 4 outputs in registers", MatrixProduct_V3_RegisterTiles,
            a => Product.RegisterTileGrid(a.M, a.N)),
    ]);

    public static void MatrixProduct_V1_ThreadPerOutput(Arguments a)
    {
        var n = Grid.GlobalIndex.X;
        if (n >= a.N) return;
        for (var b = Grid.GlobalIndex.Y; b < a.B; b += Grid.DimY * Group.DimY)
        {
            var sum = F32.Const(0);
            for (var k = 0; k < a.K; k++) sum = F32.Fma(a.X[b, k], a.W[k, n], sum);
            a.Y[b, n] = sum;
        }
    }

    // V2: as Affine's V3.
    public static void MatrixProduct_V2_SharedTiles(Arguments a) =>
        Product.SharedTiles(a);

    // V3: as Affine's V4.
    public static void MatrixProduct_V3_RegisterTiles(Arguments a) =>
        Product.RegisterTiles(a);
}
