using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dx = dy ∗ w turned and transposed: the adjoint of a convolution's input.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// dy: [N·H·W, Co]; w: [k·k·Ci, Co]; dx: [N·H·W, Ci]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(N·H·W·Co + k·k·Ci·Co) bytes read, 4·N·H·W·Ci written
/// </description></item>
/// <item><term>work</term><description>2·N·H·W·k·k·Ci·Co flop</description></item>
/// <item><term>order</term><description>
/// one fused chain over (ky, kx, co), ascending, from +0: dy at the tap, +0 outside,
/// times w's tap (k − 1 − ky, k − 1 − kx); the same bits in every rung
/// </description></item>
/// </list>
/// The rungs are those of <see cref="Conv2d"/>.
/// </remarks>
public static partial class Conv2dGradInput
{
    public readonly record struct Arguments(Rows DY, Rows W, Rows DX, Conv2dShape Shape)
        : ITapProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => true;

        public int M => Shape.Pixels;

        public int N => Shape.Ci;

        public int Runs => Shape.Taps;

        public int Depth(int slice) => Shape.Co;

        public bool Takes(int slice, int run) => true;

        public Four Left(int slice, int run, int m, int k) =>
            Product.TapAt(DY, Shape, m, run, k, Shape.Co);

        public Four Right(int slice, int run, int k, int n) => Product.FourOf(
            W, (Shape.Taps - 1 - run) * Shape.Ci + n, k, Shape.Co, n < Shape.Ci);

        public void Store(int slice, int m, int n, F32 sum) => DX[m, n] = sum;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Conv2dGradInput), a => Cost(a.Shape), [
        new("a thread per output", Conv2dGradInput_V1_ThreadPerOutput,
            a => Grids.Elements(a.Shape.Pixels, a.Shape.Ci)),
        new("tiles in registers, taps as runs", Conv2dGradInput_V2_RegisterTiles,
            a => Product.TapGrid(a.M, a.N, 1)),
        new("the next tile is on its way", Conv2dGradInput_V3_NextTileAhead,
            a => Product.TapGrid(a.M, a.N, 1)),
    ]);

    public static Cost Cost(in Conv2dShape s) => Product.Cost(s)
        + new Cost(4L * s.Pixels * s.Co, 4L * s.Pixels * s.Ci, 0, 0);

    #region conv2d-grad-input-v1
    public static void Conv2dGradInput_V1_ThreadPerOutput(Arguments a)
    {
        var s = a.Shape;
        var ci = Grid.GlobalIndex.X;
        if (ci >= s.Ci) return;
        for (var m = Grid.GlobalIndex.Y; m < s.Pixels; m += Grid.DimY * Group.DimY)
        {
            int x = m % s.W, y = m / s.W % s.H;
            var sum = F32.Const(0);
            for (var ky = 0; ky < s.Kernel; ky++)
                for (var kx = 0; kx < s.Kernel; kx++)
                {
                    int down = ky - s.Radius, right = kx - s.Radius;
                    var inside = Product.Inside(s, y + down, x + right);
                    var w = (s.Taps - 1 - ky * s.Kernel - kx) * s.Ci + ci;
                    for (var co = 0; co < s.Co; co++)
                    {
                        var adjoint = F32.Const(0);
                        if (inside) adjoint = a.DY[m + down * s.W + right, co];
                        sum = F32.Fma(adjoint, a.W[w, co], sum);
                    }
                }
            a.DX[m, ci] = sum;
        }
    }
    #endregion

    // V2: as Conv2d's V2; w is transposed on its way into its tile.
    public static void Conv2dGradInput_V2_RegisterTiles(Arguments a) =>
        Product.TapTiles(a);
}
