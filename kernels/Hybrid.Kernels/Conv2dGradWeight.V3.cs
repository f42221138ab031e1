using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: as Conv2d's V3; what is looked up once is where the slice's tap lies.
public static partial class Conv2dGradWeight
{
    public static void Conv2dGradWeight_V3_NextTileAhead(Arguments a) =>
        Product.TapTilesAhead(new OneTap(a, Grid.IdxZ));

    /// <summary>The same product for the tap of this block's slice.</summary>
    readonly struct OneTap : ITapProduct
    {
        readonly Arguments a;
        readonly int down, first, steps, offset;

        public OneTap(Arguments a, int tap)
        {
            this.a = a;
            var s = a.Shape;
            var row = tap / s.Kernel;
            down = row - s.Radius;
            var right = tap - row * s.Kernel - s.Radius;
            first = right < 0 ? -right : 0;
            steps = s.W - (right < 0 ? -right : right);
            offset = down * s.W + right;
        }

        public static bool LeftIsTransposed => true;

        public static bool RightIsTransposed => false;

        public int M => a.M;

        public int N => a.N;

        public int Runs => a.Runs;

        public int Depth(int slice) => steps;

        public bool Takes(int slice, int run)
        {
            var y = run % a.Shape.H + down;
            return y >= 0 && y < a.Shape.H;
        }

        public Four Left(int slice, int run, int m, int k) => Product.FourOf(
            a.X, run * a.Shape.W + first + k + offset, m, a.Shape.Ci, k < steps);

        public Four Right(int slice, int run, int k, int n) => Product.FourOf(
            a.DY, run * a.Shape.W + first + k, n, a.Shape.Co, k < steps);

        public void Store(int slice, int m, int n, F32 sum) => a.Store(slice, m, n, sum);
    }
}
