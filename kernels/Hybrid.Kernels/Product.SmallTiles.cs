using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>A block makes 16 × 32 outputs, a thread two of them; tiles are 32 deep.</summary>
    const int SmallRows = 16, SmallColumns = 32, SmallDepth = 32;

    /// <summary>
    /// Words of a tile's row along k, and across it for either factor: four more than it holds,
    /// so that eight rows along k lie in all banks.
    /// </summary>
    const int SmallAlong = SmallDepth + 4, SmallLeft = SmallRows + 4, SmallRight = SmallColumns + 4;

    /// <summary>Words of the left tile, and of a stage: both tiles, in either direction.</summary>
    const int SmallLeftTile = SmallDepth * SmallLeft,
        SmallStage = SmallLeftTile + SmallColumns * SmallAlong;

    public static KernelConfig SmallTileGrid(int m, int n) => new(
        new Index3D(Grids.Ceiling(n, SmallColumns), Grids.Ceiling(m, SmallRows), 1),
        new Index3D(Grids.Block, 1, 1));

    /// <summary>Why the last rung is not the one in use.</summary>
    internal const string ForManyOutputs =
        "many outputs: wide tiles ask shared memory least often";

    /// <summary>
    /// Small tiles, or register tiles, where larger ones would leave multiprocessors of a large
    /// GPU, which has 132, idle.
    /// </summary>
    internal static ForShapes<T>[] ForFewerOutputs<T>(string small, string middle)
        where T : struct, IProduct =>
    [
        new(small, "fewer than 132 tiles of 64 × 64", a => HasFewOutputs(a.M, a.N)),
        new(middle, "fewer than 132 tiles of 128 × 128", a => Tiles(a.M, a.N, WideSide) < 132),
    ];

    /// <summary>Whether tiles of 64 × 64 would leave multiprocessors of a large GPU idle.</summary>
    public static bool HasFewOutputs(int m, int n) => Tiles(m, n, Side) < 132;

    static long Tiles(int m, int n, int side) =>
        (long)Grids.Ceiling(m, side) * Grids.Ceiling(n, side);

    #region small-tiles
    /// <summary>Tiles as memory holds them, small, so that few outputs make many blocks.</summary>
    public static void SmallTiles<T>(T product) where T : struct, IProduct
    {
        var fours = SharedMemory.Allocate<Four>(Stages * SmallStage / 4);
        var words = fours.Cast<F32>();
        int t = Group.IdxX, step = 0, k0 = 0;
        int m0 = Grid.IdxY * SmallRows, n0 = Grid.IdxX * SmallColumns;

        var sums = new SmallOutputs();
        var copies = new SmallCopies<T>(product, t, m0, n0);
        for (var ahead = 0; ahead < Stages - 1; ahead++) copies.Begin(product, words, ahead);
        for (; k0 + SmallDepth <= product.K; k0 += SmallDepth)
        {
            AsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Begin(product, words, step + Stages - 1);
            var stage = words.SubView((step & (Stages - 1)) * SmallStage);
            sums.FourSteps<T>(stage, t, 0);
            sums.FourSteps<T>(stage, t, 4);
            sums.FourSteps<T>(stage, t, 8);
            sums.FourSteps<T>(stage, t, 12);
            sums.FourSteps<T>(stage, t, 16);
            sums.FourSteps<T>(stage, t, 20);
            sums.FourSteps<T>(stage, t, 24);
            sums.FourSteps<T>(stage, t, 28);
            step++;
        }

        // The last stage is cut, not padded.
        AsyncCopy.WaitForAll();
        Group.Barrier();
        var last = words.SubView((step & (Stages - 1)) * SmallStage);
        int k = 0, rest = product.K - k0;
        for (; k + 4 <= rest; k += 4) sums.FourSteps<T>(last, t, k);
        for (; k < rest; k++) sums.OneStep<T>(last, t, k);
        Group.Barrier();
        sums.Keep<T>(words, t);
        Group.Barrier();
        var n = t & (SmallColumns - 1);
        if (n0 + n >= product.N) return;
        for (var m = t >> 5; m < SmallRows && m0 + m < product.M; m += Grids.Warps)
            product.Store(m0 + m, n0 + n, words[m * SmallRight + n]);
    }

    /// <summary>
    /// The two sums of a thread, of a row. Columns are neighbours where the right tile's rows run
    /// across k; else they lie half a tile apart, so that lanes read neighbouring rows.
    /// </summary>
    struct SmallOutputs
    {
        F32 near, far;

        /// <summary>Four k, ascending.</summary>
        public void FourSteps<T>(ArrayView<F32> stage, int t, int k) where T : struct, IProduct
        {
            int tx = t & 15, ty = t >> 4;
            var left = T.LeftIsTransposed
                ? new Four(
                    stage[k * SmallLeft + ty], stage[(k + 1) * SmallLeft + ty],
                    stage[(k + 2) * SmallLeft + ty], stage[(k + 3) * SmallLeft + ty])
                : stage.SubView(ty * SmallAlong).AsAligned(16).Cast<Four>()[k >> 2];
            var rights = stage.SubView(SmallLeftTile);
            if (T.RightIsTransposed)
            {
                var along = rights.SubView(tx * SmallAlong).AsAligned(16).Cast<Four>();
                Four a = along[k >> 2], b = along[(SmallColumns / 2 * SmallAlong + k) >> 2];
                Step(left.X, a.X, b.X);
                Step(left.Y, a.Y, b.Y);
                Step(left.Z, a.Z, b.Z);
                Step(left.W, a.W, b.W);
            }
            else
            {
                var across = rights.SubView(2 * tx).AsAligned(8).Cast<Pair>();
                Pair k0 = across[k * SmallRight >> 1], k1 = across[(k + 1) * SmallRight >> 1];
                Pair k2 = across[(k + 2) * SmallRight >> 1], k3 = across[(k + 3) * SmallRight >> 1];
                Step(left.X, k0.X, k0.Y);
                Step(left.Y, k1.X, k1.Y);
                Step(left.Z, k2.X, k2.Y);
                Step(left.W, k3.X, k3.Y);
            }
        }

        void Step(F32 left, F32 a, F32 b)
        {
            near = F32.Fma(left, a, near);
            far = F32.Fma(left, b, far);
        }

        /// <summary>A k of the last stage.</summary>
        public void OneStep<T>(ArrayView<F32> stage, int t, int k) where T : struct, IProduct
        {
            int tx = t & 15, ty = t >> 4;
            var rights = stage.SubView(SmallLeftTile);
            var right = T.RightIsTransposed ? tx * SmallAlong + k : k * SmallRight + 2 * tx;
            Step(
                stage[T.LeftIsTransposed ? k * SmallLeft + ty : ty * SmallAlong + k],
                rights[right],
                rights[right + (T.RightIsTransposed ? SmallColumns / 2 * SmallAlong : 1)]);
        }

        /// <summary>To where a thread that stores looks for them.</summary>
        public readonly void Keep<T>(ArrayView<F32> words, int t) where T : struct, IProduct
        {
            int tx = t & 15, row = (t >> 4) * SmallRight;
            words[row + (T.RightIsTransposed ? tx : 2 * tx)] = near;
            words[row + (T.RightIsTransposed ? tx + SmallColumns / 2 : 2 * tx + 1)] = far;
        }
    }
    #endregion

    /// <summary>
    /// A thread's share of both factors' tiles: four words of each, the left one's from half of
    /// the threads.
    /// </summary>
    struct SmallCopies<T> where T : struct, IProduct
    {
        readonly int t, m, n, leftAt, rightAt;
        TileWalk left, right;

        public SmallCopies(T product, int t, int m0, int n0)
        {
            this.t = t;
            m = m0 + Place(T.LeftIsTransposed, t, SmallRows / 4);
            n = n0 + Place(!T.RightIsTransposed, t, SmallColumns / 4);
            leftAt = At(T.LeftIsTransposed, t, SmallRows / 4, SmallLeft);
            rightAt = SmallLeftTile + At(!T.RightIsTransposed, t, SmallColumns / 4, SmallRight);
            left = new(product.Left, T.LeftIsTransposed, m, product.M,
                FirstK(T.LeftIsTransposed, t, SmallRows / 4), product.K, SmallDepth);
            right = new(product.Right, !T.RightIsTransposed, n, product.N,
                FirstK(!T.RightIsTransposed, t, SmallColumns / 4), product.K, SmallDepth);
        }

        /// <summary>A step's copies, a group; perhaps of none.</summary>
        public void Begin(T product, ArrayView<F32> words, int step)
        {
            var stage = words.SubView((step & (Stages - 1)) * SmallStage);
            if (t < SmallRows * SmallDepth / 4)
                Product.Begin(ref left, SmallDepth, product.Left, T.LeftIsTransposed, m, product.M,
                    product.K, stage, leftAt);
            Product.Begin(ref right, SmallDepth, product.Right, !T.RightIsTransposed, n, product.N,
                product.K, stage, rightAt);
            AsyncCopy.Commit();
        }

        static int Place(bool across, int t, int fours) =>
            across ? 4 * (t & (fours - 1)) : t >> 3;

        static int FirstK(bool across, int t, int fours) => across ? t / fours : 4 * (t & 7);

        static int At(bool across, int t, int fours, int stride) => across
            ? t / fours * stride + 4 * (t & (fours - 1))
            : (t >> 3) * SmallAlong + 4 * (t & 7);
    }
}
