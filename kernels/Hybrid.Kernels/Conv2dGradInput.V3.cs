using Hybrid.Formulas;

namespace Hybrid.Kernels;

// V3: as Conv2d's V3.
public static partial class Conv2dGradInput
{
    public static void Conv2dGradInput_V3_NextTileAhead(Arguments a) =>
        Product.TapTilesAhead(
            new Placed(a, new PixelPlace(a.Shape, Product.LeftRow)));

    /// <summary>The same product; this thread's pixel has its place.</summary>
    readonly struct Placed(Arguments a, PixelPlace place) : ITapProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => true;

        public int M => a.M;

        public int N => a.N;

        public int Runs => a.Runs;

        public int Depth(int slice) => a.Shape.Co;

        public bool Takes(int slice, int run) => true;

        public Four Left(int slice, int run, int m, int k) =>
            place.TapAt(a.DY, a.Shape, run, k, a.Shape.Co);

        public Four Right(int slice, int run, int k, int n) =>
            a.Right(slice, run, k, n);

        public void Store(int slice, int m, int n, F32 sum) => a.Store(slice, m, n, sum);
    }
}
