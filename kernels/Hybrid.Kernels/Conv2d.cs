using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// y = act(x ∗ w + bias): k × k taps over images whose pixels are rows.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [N·H·W, Ci]; w: [k·k·Ci, Co]; bias: [Co]; y: [N·H·W, Co]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(N·H·W·Ci + k·k·Ci·Co + Co) bytes read, 4·N·H·W·Co written
/// </description></item>
/// <item><term>work</term><description>
/// 2·N·H·W·k·k·Ci·Co flop, and N·H·W·Co additions and activations
/// </description></item>
/// <item><term>order</term><description>
/// one fused chain over (ky, kx, ci), ascending, from +0, a tap outside reading +0; then
/// + bias, then act; the same bits in every rung
/// </description></item>
/// </list>
/// </remarks>
public static partial class Conv2d
{
    public readonly record struct Arguments(
        Rows X, Rows W, Rows Bias, Activation Activation, Rows Y, Conv2dShape Shape)
        : ITapProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => false;

        public int M => Shape.Pixels;

        public int N => Shape.Co;

        public int Runs => Shape.Taps;

        public int Depth(int slice) => Shape.Ci;

        public bool Takes(int slice, int run) => true;

        public Four Left(int slice, int run, int m, int k) =>
            Product.TapAt(X, Shape, m, run, k, Shape.Ci);

        public Four Right(int slice, int run, int k, int n) =>
            Product.FourOf(W, run * Shape.Ci + k, n, Shape.Co, k < Shape.Ci);

        public void Store(int slice, int m, int n, F32 sum) =>
            Y[m, n] = ActivationChoice.Value(Activation, sum + Bias[n]);
    }

    #region conv2d-ladder
    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Conv2d), a => Cost(a.Activation, a.Shape), [
        new("a thread per output", Conv2d_V1_ThreadPerOutput,
            a => Grids.Elements(a.Shape.Pixels, a.Shape.Co)),
        new("tiles in registers, taps as runs", Conv2d_V2_RegisterTiles,
            a => Product.TapGrid(a.M, a.N, 1)),
        new("the next tile is on its way", Conv2d_V3_NextTileAhead,
            a => Product.TapGrid(a.M, a.N, 1)),
    ]);
    #endregion

    public static Cost Cost(Activation activation, in Conv2dShape s) =>
        Product.Cost(s)
        + new Cost(4 * ((long)s.Pixels * s.Ci + s.Co), 4L * s.Pixels * s.Co, 0, 0)
        + (long)s.Pixels * s.Co
        * (ActivationChoice.Cost(activation) + new Cost(0, 0, 1, 0));
}
