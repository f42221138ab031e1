using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// y = act(x·w + bias): a layer, with its bias and activation in the same pass. Where the
/// activation's derivative needs its input, pre = x·w + bias is stored beside y.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [B, K]; w: [K, N]; bias: [N]; y, pre: [B, N]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B·K + K·N + N) bytes read, 4·B·N written; as much again where pre is kept
/// </description></item>
/// <item><term>work</term><description>
/// 2·B·N·K flop, and B·N additions and activations
/// </description></item>
/// <item><term>order</term><description>
/// one fused chain in ascending k from +0, then + bias, then act; the same bits in every
/// rung
/// </description></item>
/// </list>
/// </remarks>
public static partial class Affine
{
    // KeepsPre is 1 where Pre is stored; else it is 0, and Pre may be anything.
    public readonly record struct Arguments(
        Rows X, Rows W, Rows Bias, Activation Activation, Rows Y, Rows Pre, int KeepsPre,
        int B, int N, int K)
        : IProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => false;

        public Rows Left => X;

        public Rows Right => W;

        public int M => B;

        public void Store(int m, int n, F32 sum)
        {
            var pre = sum + Bias[n];
            if (KeepsPre == 1) Pre[m, n] = pre;
            Y[m, n] = ActivationChoice.Value(Activation, pre);
        }
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Affine), a => Cost(a.Activation, a.KeepsPre == 1, a.B, a.N, a.K), [
        new("a thread per output, neighbours down a column", Affine_V1_ThreadsDownColumns,
            a => Grids.Elements(a.N, a.B)),
        new("a thread per output, neighbours along a row", Affine_V2_ThreadPerOutput,
            a => Grids.Elements(a.B, a.N)),
        new("tiles in shared memory", Affine_V3_SharedTiles,
            a => Product.SharedTileGrid(a.B, a.N)),
        new("4 × 4 outputs in registers", Affine_V4_RegisterTiles,
            a => Product.RegisterTileGrid(a.B, a.N)),
        new("8 × 8 outputs in registers", Affine_V5_WideTiles,
            a => Product.WideTileGrid(a.B, a.N)),
        new("the next tiles beside these", Affine_V6_TwoTiles,
            a => Product.WideTileGrid(a.B, a.N)),
        new("the next three on their way", Affine_V7_PipelinedTiles,
            a => Product.WideTileGrid(a.B, a.N)),
        new("tiles as memory holds them", Affine_V8_WholeCopies,
            a => Product.WideTileGrid(a.B, a.N), together: 2),
        new("small tiles, many blocks", Affine_V9_SmallTiles,
            a => Product.SmallTileGrid(a.B, a.N)),
    ], new(nameof(Affine_V8_WholeCopies), Product.ForManyOutputs),
        Product.ForFewerOutputs<Arguments>(
            nameof(Affine_V9_SmallTiles), nameof(Affine_V4_RegisterTiles)));

    public static Cost Cost(
        Activation activation, bool keepsPre, long b, long n, long k) =>
        Product.Cost(b, n, k) + new Cost(4 * n, 0, 0, 0)
        + b * n * (ActivationChoice.Cost(activation)
            + new Cost(0, keepsPre ? 4 : 0, 1, 0));
}
