using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// Words of a tile's row along k: 8, and 4 more, so that eight rows lie in all banks.
    /// </summary>
    const int AlongWords = WideDepth + 4, AlongFours = AlongWords / 4;

    /// <summary>
    /// Fours of a wide tile that lies as memory holds its factor: 128 rows along k, or 8 rows
    /// across it. A stage is a pair of them.
    /// </summary>
    const int WholeTile = WideSide * AlongFours, WholeStage = 2 * WholeTile;

    #region whole-copies
    /// <summary>
    /// Wide tiles that lie as memory holds their factor: every copy has 16 bytes, and a thread
    /// reads four k of a row, or four rows of a k, at once.
    /// </summary>
    public static void WholeCopies<T>(T product) where T : struct, IProduct
    {
        var tiles = SharedMemory.Allocate<Four>(3 * WholeStage);
        int t = Group.IdxX, now = 0, ahead = 2 * WholeStage, k0 = 0;
        int m0 = Grid.IdxY * WideSide, n0 = Grid.IdxX * WideSide;

        var sums = new WideOutputs();
        BeginWhole(product, tiles, 0, t, m0, n0, 0);
        BeginWhole(product, tiles, WholeStage, t, m0, n0, WideDepth);
        for (; k0 + WideDepth <= product.K; k0 += WideDepth)
        {
            AsyncCopy.WaitForAllButOne();
            Group.Barrier();
            BeginWhole(product, tiles, ahead, t, m0, n0, k0 + 2 * WideDepth);
            sums.FourSteps<T>(tiles, now, t, 0);
            sums.FourSteps<T>(tiles, now, t, 4);
            ahead = now;
            now = now == 2 * WholeStage ? 0 : now + WholeStage;
        }

        // The last stage is cut, not padded.
        AsyncCopy.WaitForAll();
        Group.Barrier();
        for (var k = 0; k < product.K - k0; k++) sums.OneStep<T>(tiles, now, t, k);
        Group.Barrier();
        HandRoundWhole(product, tiles, sums, t, m0, n0);
    }

    partial struct WideOutputs
    {
        /// <summary>
        /// Four k of all outputs, a quarter after the other: 48 words of the factors are in
        /// registers at once, beside the 64 sums.
        /// </summary>
        public void FourSteps<T>(ArrayView<Four> tiles, int stage, int t, int k)
            where T : struct, IProduct
        {
            int tx = t & 15, ty = t >> 4, rights = stage + WholeTile;
            // Lanes of a warp read rows beside each other, which lie in different banks.
            int first = T.RightIsTransposed ? tx : 4 * tx, next = T.RightIsTransposed ? 16 : 1;
            var upper = FourK.Of(tiles, stage, T.LeftIsTransposed, 4 * ty, 1, k);
            var near = FourK.Of(tiles, rights, !T.RightIsTransposed, first, next, k);
            upperNear.Steps(upper, near);
            var far = FourK.Of(tiles, rights, !T.RightIsTransposed, first + Side, next, k);
            upperFar.Steps(upper, far);
            var lower = FourK.Of(tiles, stage, T.LeftIsTransposed, 4 * ty + Side, 1, k);
            lowerFar.Steps(lower, far);
            lowerNear.Steps(lower, near);
        }
    }

    /// <summary>Four rows, or columns, of a factor at four k.</summary>
    struct FourK
    {
        public Four K0, K1, K2, K3;

        /// <param name="tiles">The stages.</param>
        /// <param name="at">Where the factor's tile begins.</param>
        /// <param name="across">Whether rows of the tile run across k.</param>
        /// <param name="first">The first row or column; a multiple of 4 where across.</param>
        /// <param name="next">From one to the next; 1 where across.</param>
        /// <param name="k">The first k.</param>
        public static FourK Of(
            ArrayView<Four> tiles, int at, bool across, int first, int next, int k)
        {
            if (across)
            {
                // Offsets that are constants become part of the load.
                var rows = tiles.SubView(at + (first >> 2));
                return new()
                {
                    K0 = rows[k * WideFours],
                    K1 = rows[(k + 1) * WideFours],
                    K2 = rows[(k + 2) * WideFours],
                    K3 = rows[(k + 3) * WideFours],
                };
            }
            var along = tiles.SubView(at + first * AlongFours);
            Four a = along[k >> 2], b = along[next * AlongFours + (k >> 2)];
            Four c = along[2 * next * AlongFours + (k >> 2)];
            Four d = along[3 * next * AlongFours + (k >> 2)];
            return new()
            {
                K0 = new(a.X, b.X, c.X, d.X),
                K1 = new(a.Y, b.Y, c.Y, d.Y),
                K2 = new(a.Z, b.Z, c.Z, d.Z),
                K3 = new(a.W, b.W, c.W, d.W),
            };
        }
    }
    #endregion

    partial struct WideOutputs
    {
        /// <summary>A k of the last stage.</summary>
        public void OneStep<T>(ArrayView<Four> tiles, int stage, int t, int k)
            where T : struct, IProduct
        {
            int tx = t & 15, ty = t >> 4, rights = stage + WholeTile;
            var upper = OneK(tiles, stage, T.LeftIsTransposed, 4 * ty, 1, k);
            var lower = OneK(tiles, stage, T.LeftIsTransposed, 4 * ty + Side, 1, k);
            int first = T.RightIsTransposed ? tx : 4 * tx, next = T.RightIsTransposed ? 16 : 1;
            var near = OneK(tiles, rights, !T.RightIsTransposed, first, next, k);
            var far = OneK(tiles, rights, !T.RightIsTransposed, first + Side, next, k);
            upperNear.Step(upper, near);
            upperFar.Step(upper, far);
            lowerNear.Step(lower, near);
            lowerFar.Step(lower, far);
        }

        static Four OneK(
            ArrayView<Four> tiles, int at, bool across, int first, int next, int k)
        {
            if (across) return tiles[at + (first >> 2) + k * WideFours];
            var along = tiles.SubView(at + first * AlongFours).Cast<F32>();
            return new(
                along[k], along[next * AlongWords + k],
                along[2 * next * AlongWords + k], along[3 * next * AlongWords + k]);
        }
    }

    /// <summary>Both factors' tiles of a step, a group of copies; perhaps of none.</summary>
    static void BeginWhole<T>(
        T product, ArrayView<Four> tiles, int stage, int t, int m0, int n0, int k0)
        where T : struct, IProduct
    {
        BeginWhole(
            product.Left, T.LeftIsTransposed, tiles, stage, t, m0, product.M, k0, product.K);
        BeginWhole(
            product.Right, !T.RightIsTransposed, tiles, stage + WholeTile, t, n0, product.N, k0,
            product.K);
        AsyncCopy.Commit();
    }

    /// <summary>
    /// Four words a thread; what lies behind the last k is never read. Found anew every time:
    /// the sums need the registers.
    /// </summary>
    static void BeginWhole(
        Rows factor, bool across, ArrayView<Four> tiles, int at, int t, int side0, int side,
        int k0, int depth)
    {
        if (across)
        {
            int k = t >> 5, four = t & 31;
            if (k0 + k < depth)
                BeginFour(
                    factor, k0 + k, side0 + 4 * four, depth, side, tiles.Cast<F32>(),
                    4 * (at + k * WideFours + four));
            return;
        }
        int row = t >> 1, half = t & 1;
        if (k0 + 4 * half < depth)
            BeginFour(
                factor, side0 + row, k0 + 4 * half, side, depth, tiles.Cast<F32>(),
                4 * (at + row * AlongFours + half));
    }

    /// <summary>As wide tiles hand their outputs round; columns lie as lanes read them.</summary>
    static void HandRoundWhole<T>(
        T product, ArrayView<Four> tile, WideOutputs sums, int t, int m0, int n0)
        where T : struct, IProduct
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            if (T.RightIsTransposed)
                sums.KeepApart(quarter, tile.Cast<F32>(), 4 * (t >> 4) * Words + (t & 15));
            else sums.Keep(quarter, tile, t & 15, t >> 4);
            Group.Barrier();
            int down = (quarter >> 1) * Side, across = (quarter & 1) * Side;
            StoreTile(product, tile.Cast<F32>(), t, m0 + down, n0 + across);
            Group.Barrier();
        }
    }
}
