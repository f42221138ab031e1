using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// A block makes 128 × 128 outputs, a thread 8 × 8 of them; tiles are 8 deep.
    /// </summary>
    const int WideSide = 2 * Side, WideDepth = 8;

    /// <summary>A tile row: 32 fours and one more, as in register tiles.</summary>
    const int WideFours = WideSide / 4 + 1, WideWords = 4 * WideFours;

    /// <summary>Fours of a factor's tile.</summary>
    const int WideTile = WideDepth * WideFours;

    public static KernelConfig WideTileGrid(int m, int n) => new(
        new Index3D(Grids.Ceiling(n, WideSide), Grids.Ceiling(m, WideSide), 1),
        new Index3D(Grids.Block, 1, 1));

    #region wide-tiles
    /// <summary>
    /// 8 × 8 outputs per thread: 64 fused steps for every four loads from shared memory.
    /// </summary>
    public static void WideTiles<T>(T product) where T : struct, IProduct
    {
        var tiles = SharedMemory.Allocate<Four>(Side * Fours);
        int t = Group.IdxX;
        int m0 = Grid.IdxY * WideSide, n0 = Grid.IdxX * WideSide;

        var sums = new WideOutputs();
        var left = LoadWideLeft(product, t, m0, 0);
        var right = LoadWideRight(product, t, n0, 0);
        for (var k0 = 0; k0 < product.K; k0 += WideDepth)
        {
            SpreadWide<T>(tiles, t, left, right);
            Group.Barrier();
            if (k0 + WideDepth < product.K)
            {
                left = LoadWideLeft(product, t, m0, k0 + WideDepth);
                right = LoadWideRight(product, t, n0, k0 + WideDepth);
            }
            sums.Steps(tiles, t, product.K - k0);
            Group.Barrier();
        }
        HandRound(product, tiles, sums, t, m0, n0);
    }

    /// <summary>
    /// The 8 × 8 sums of a thread: 4 × 4 in each quarter of the block's, upper and lower
    /// rows, near and far columns.
    /// </summary>
    partial struct WideOutputs
    {
        Outputs upperNear, upperFar, lowerNear, lowerFar;

        /// <summary>What two tiles, one behind the other, hold; the last is cut.</summary>
        public void Steps(ArrayView<Four> tiles, int t, int depth)
        {
            if (depth > WideDepth) depth = WideDepth;
            int tx = WideTile + (t & 15), ty = t >> 4, k = 0;
            for (; k + 4 <= depth; k += 4)
            {
                Step(tiles, tx + k * WideFours, ty + k * WideFours);
                Step(tiles, tx + (k + 1) * WideFours, ty + (k + 1) * WideFours);
                Step(tiles, tx + (k + 2) * WideFours, ty + (k + 2) * WideFours);
                Step(tiles, tx + (k + 3) * WideFours, ty + (k + 3) * WideFours);
            }
            for (; k < depth; k++) Step(tiles, tx + k * WideFours, ty + k * WideFours);
        }

        /// <summary>Adds the outer product of one k, in quarters.</summary>
        void Step(ArrayView<Four> tiles, int tx, int ty)
        {
            Four upper = tiles[ty], lower = tiles[ty + Side / 4];
            Four near = tiles[tx], far = tiles[tx + Side / 4];
            upperNear.Step(upper, near);
            upperFar.Step(upper, far);
            lowerNear.Step(lower, near);
            lowerFar.Step(lower, far);
        }

        /// <summary>One quarter, to where a thread that stores looks for it.</summary>
        public readonly void Keep(int quarter, ArrayView<Four> tile, int tx, int ty)
        {
            if (quarter == 0) upperNear.Keep(tile, tx, ty);
            else if (quarter == 1) upperFar.Keep(tile, tx, ty);
            else if (quarter == 2) lowerNear.Keep(tile, tx, ty);
            else lowerFar.Keep(tile, tx, ty);
        }

        /// <summary>The same of columns that lie 16 apart.</summary>
        public readonly void KeepApart(int quarter, ArrayView<F32> words, int at)
        {
            if (quarter == 0) upperNear.KeepApart(words, at);
            else if (quarter == 1) upperFar.KeepApart(words, at);
            else if (quarter == 2) lowerNear.KeepApart(words, at);
            else lowerFar.KeepApart(words, at);
        }
    }
    #endregion

    /// <summary>As register tiles hand their outputs round, a quarter at a time.</summary>
    static void HandRound<T>(
        T product, ArrayView<Four> tile, WideOutputs sums, int t, int m0, int n0)
        where T : struct, IProduct
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            sums.Keep(quarter, tile, t & 15, t >> 4);
            Group.Barrier();
            int down = (quarter >> 1) * Side, across = (quarter & 1) * Side;
            StoreTile(product, tile.Cast<F32>(), t, m0 + down, n0 + across);
            Group.Barrier();
        }
    }

    /// <summary>This thread's four floats of a tile, neighbours in memory.</summary>
    static Four LoadWideLeft<T>(T product, int t, int m0, int k0)
        where T : struct, IProduct =>
        T.LeftIsTransposed
            ? Load(product.Left, k0 + (t >> 5), m0 + 4 * (t & 31), product.K, product.M)
            : Load(product.Left, m0 + (t >> 1), k0 + 4 * (t & 1), product.M, product.K);

    static Four LoadWideRight<T>(T product, int t, int n0, int k0)
        where T : struct, IProduct =>
        T.RightIsTransposed
            ? Load(product.Right, n0 + (t >> 1), k0 + 4 * (t & 1), product.N, product.K)
            : Load(product.Right, k0 + (t >> 5), n0 + 4 * (t & 31), product.K, product.N);

    /// <summary>Puts a thread's fours where the tiles, one k per row, want them.</summary>
    static void SpreadWide<T>(ArrayView<Four> tiles, int t, Four left, Four right)
        where T : struct, IProduct
    {
        SpreadWide(tiles, t, left, T.LeftIsTransposed);
        SpreadWide(tiles.SubView(WideTile, WideTile), t, right, !T.RightIsTransposed);
    }

    static void SpreadWide(ArrayView<Four> tile, int t, Four four, bool alongRow)
    {
        if (alongRow)
        {
            tile[(t >> 5) * WideFours + (t & 31)] = four;
            return;
        }
        var words = tile.Cast<F32>();
        var at = 4 * (t & 1) * WideWords + (t >> 1);
        words[at] = four.X;
        words[at + WideWords] = four.Y;
        words[at + 2 * WideWords] = four.Z;
        words[at + 3 * WideWords] = four.W;
    }
}
