using Hybrid.Formulas;

namespace Hybrid.Kernels;

// V3: the next tile is on its way.
//
// before   V2's threads wait for each tile, then for the barrier; each divides five times
//          to find out where in its image the pixel lies whose floats it brings.
// idea     while a tile is used, the next one's floats come into registers, across the end
//          of a tap too. A thread brings floats of one pixel only, so it looks up the
//          pixel's place once. Steps come in fours.
// grid     as V2.
// still    a pixel's floats still come k·k times through the cache. A tile with a border,
//          for all taps at once, would load them once; but the order takes all channels
//          of a tap before the next, so neighbouring taps could not share registers, and
//          four shifted floats are four loads from shared memory instead of one.
public static partial class Conv2d
{
    #region conv2d-v3
    public static void Conv2d_V3_NextTileAhead(Arguments a) => Product.TapTilesAhead(
        new Placed(a, new PixelPlace(a.Shape, Product.LeftRow)));

    /// <summary>The same product; this thread's pixel has its place.</summary>
    readonly struct Placed(Arguments a, PixelPlace place) : ITapProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => false;

        public int M => a.M;

        public int N => a.N;

        public int Runs => a.Runs;

        public int Depth(int slice) => a.Shape.Ci;

        public bool Takes(int slice, int run) => true;

        public Four Left(int slice, int run, int m, int k) =>
            place.TapAt(a.X, a.Shape, run, k, a.Shape.Ci);

        public Four Right(int slice, int run, int k, int n) =>
            a.Right(slice, run, k, n);

        public void Store(int slice, int m, int n, F32 sum) => a.Store(slice, m, n, sum);
    }
    #endregion
}
