using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dw = x at each tap, transposed, times dy: the adjoint of the weights.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [N·H·W, Ci]; dy: [N·H·W, Co]; dw: [k·k·Ci, Co]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·H·W·(Ci + Co) bytes read, 4·k·k·Ci·Co written
/// </description></item>
/// <item><term>work</term><description>2·N·H·W·k·k·Ci·Co flop</description></item>
/// <item><term>order</term><description>
/// one fused chain over the pixels (n, y, x) whose tap lies in the image, ascending, from
/// +0; the same bits in every rung
/// </description></item>
/// </list>
/// A slice of the grid makes one tap's weights, so that all its threads skip the same
/// pixels: a run is what is left of a row of pixels.
/// </remarks>
public static partial class Conv2dGradWeight
{
    public readonly record struct Arguments(Rows X, Rows DY, Rows DW, Conv2dShape Shape)
        : ITapProduct
    {
        public static bool LeftIsTransposed => true;

        public static bool RightIsTransposed => false;

        public int M => Shape.Ci;

        public int N => Shape.Co;

        public int Runs => Shape.N * Shape.H;

        public int Depth(int slice) => Shape.W - Distance(Right(slice));

        public bool Takes(int slice, int run)
        {
            var y = run % Shape.H + Down(slice);
            return y >= 0 && y < Shape.H;
        }

        public Four Left(int slice, int run, int m, int k) => Product.FourOf(
            X, Pixel(slice, run, k) + Down(slice) * Shape.W + Right(slice), m, Shape.Ci,
            k < Depth(slice));

        public Four Right(int slice, int run, int k, int n) =>
            Product.FourOf(DY, Pixel(slice, run, k), n, Shape.Co, k < Depth(slice));

        public void Store(int slice, int m, int n, F32 sum) =>
            DW[slice * Shape.Ci + m, n] = sum;

        /// <summary>The tap's distance from the middle.</summary>
        int Down(int slice) => slice / Shape.Kernel - Shape.Radius;

        int Right(int slice) => slice % Shape.Kernel - Shape.Radius;

        /// <summary>The k-th pixel of a row whose tap lies in the image.</summary>
        int Pixel(int slice, int run, int k)
        {
            var right = Right(slice);
            return run * Shape.W + k + (right < 0 ? -right : 0);
        }

        static int Distance(int right) => right < 0 ? -right : right;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Conv2dGradWeight), a => Cost(a.Shape), [
        new("a thread per output", Conv2dGradWeight_V1_ThreadPerOutput,
            a => Grids.Elements(a.Shape.WeightRows, a.Shape.Co)),
        new("tiles in registers, a slice per tap", Conv2dGradWeight_V2_RegisterTiles,
            a => Product.TapGrid(a.M, a.N, a.Shape.Taps)),
        new("the next tile is on its way", Conv2dGradWeight_V3_NextTileAhead,
            a => Product.TapGrid(a.M, a.N, a.Shape.Taps)),
    ]);

    public static Cost Cost(in Conv2dShape s) => new(
        4L * s.Pixels * (s.Ci + s.Co), 4L * s.WeightRows * s.Co, 2 * s.Work, 0);

    #region conv2d-grad-weight-v1
    public static void Conv2dGradWeight_V1_ThreadPerOutput(Arguments a)
    {
        var s = a.Shape;
        var co = Grid.GlobalIndex.X;
        if (co >= s.Co) return;
        var step = Grid.DimY * Group.DimY;
        for (var row = Grid.GlobalIndex.Y; row < s.WeightRows; row += step)
        {
            int tap = row / s.Ci, ci = row % s.Ci;
            int down = tap / s.Kernel - s.Radius, right = tap % s.Kernel - s.Radius;
            var sum = F32.Const(0);
            for (var m = 0; m < s.Pixels; m++)
                if (Product.Inside(s, m / s.W % s.H + down, m % s.W + right))
                    sum = F32.Fma(a.X[m + down * s.W + right, ci], a.DY[m, co], sum);
            a.DW[row, co] = sum;
        }
    }
    #endregion

    // V2: as Conv2d's V2; a four of x already lies along a row of its tile.
    public static void Conv2dGradWeight_V2_RegisterTiles(Arguments a) =>
        Product.TapTiles(a);
}
