using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// k of a step; words of a tile's row across k, and of the larger of the two ways that a
    /// tile may lie, 128 rows of 16 words and 4 more.
    /// </summary>
    const int WideTensorDepth = 16, WideTensorAcross = WideSide + 8,
        WideTensorTile = WideSide * (WideTensorDepth + 4);

    /// <summary>Four words that are stored as one.</summary>
    struct FourWords
    {
        public uint X, Y, Z, W;
    }

    #region wide-tensor-tiles
    /// <summary>
    /// A block of eight warps makes 128 × 128 outputs, a warp 64 × 32: 16 products of tiles for
    /// 24 words of a lane. Factors are rounded on their way from memory, through registers, into
    /// one half of shared memory, while the other is multiplied.
    /// </summary>
    public static void WideTensorTiles<T, TFormat>(T product)
        where T : struct, IProduct
        where TFormat : struct, ITensorFormat
    {
        var fours = SharedMemory.Allocate<FourWords>(WideTensorTile);
        var words = fours.Cast<uint>();
        int t = Group.IdxX, warp = t >> 5, now = 0;
        int m0 = Grid.IdxY * WideSide, n0 = Grid.IdxX * WideSide;
        int row = (warp >> 2) * 64, column = (warp & 3) * 32;

        WarpSums upper = new(), lower = new();
        var left = new EightNumbers<TFormat>(
            product.Left, T.LeftIsTransposed, t, m0, product.M, product.K);
        var right = new EightNumbers<TFormat>(
            product.Right, !T.RightIsTransposed, t, n0, product.N, product.K);
        left.Load(product.Left);
        right.Load(product.Right);
        left.Spread(fours, 0, t);
        right.Spread(fours, WideTensorTile, t);
        Group.Barrier();
        for (var k0 = WideTensorDepth; ; k0 += WideTensorDepth)
        {
            var more = k0 < product.K;
            if (more)
            {
                left.Load(product.Left);
                right.Load(product.Right);
            }
            MultiplyWide<T, TFormat>(ref upper, ref lower, words, now, row, column, t & 31, 0);
            if (TFormat.PerWord == 1)
                MultiplyWide<T, TFormat>(ref upper, ref lower, words, now, row, column, t & 31, 8);
            if (!more) break;
            now = 2 * WideTensorTile - now;
            left.Spread(fours, now, t);
            right.Spread(fours, now + WideTensorTile, t);
            Group.Barrier();
        }
        Group.Barrier();

        for (var quarter = 0; quarter < 4; quarter++)
        {
            if ((warp >> 2) == (quarter >> 1) && ((warp >> 1) & 1) == (quarter & 1))
            {
                int lane = t & 31;
                var at = (lane >> 2) * Words + (warp & 1) * 32 + 2 * (lane & 3);
                upper.Keep(words.Cast<float>(), at);
                lower.Keep(words.Cast<float>(), at + 32 * Words);
            }
            Group.Barrier();
            StoreTile(
                product, words.Cast<F32>(), t, m0 + (quarter >> 1) * Side,
                n0 + (quarter & 1) * Side);
            Group.Barrier();
        }
    }

    /// <summary>Eight words along k: four tiles of 16 rows by four of 8 columns.</summary>
    static void MultiplyWide<T, TFormat>(
        ref WarpSums upper, ref WarpSums lower, ArrayView<uint> words, int at, int row,
        int column, int lane, int k)
        where T : struct, IProduct
        where TFormat : struct, ITensorFormat
    {
        int group = lane >> 2, inGroup = lane & 3;
        int nextRow = T.LeftIsTransposed ? 1 : WideTensorDepth / TFormat.PerWord + 4;
        int nextK = T.LeftIsTransposed ? WideTensorAcross : 1;
        var lefts = words.SubView(at + (row + group) * nextRow + (k + inGroup) * nextK);
        int nextColumn = T.RightIsTransposed ? WideTensorDepth / TFormat.PerWord + 4 : 1;
        int rightK = T.RightIsTransposed ? 1 : WideTensorAcross;
        var rights = words.SubView(
            at + WideTensorTile + (column + group) * nextColumn + (k + inGroup) * rightK);

        var b0 = WideRight(rights, 0, rightK);
        var b1 = WideRight(rights, 8 * nextColumn, rightK);
        var b2 = WideRight(rights, 16 * nextColumn, rightK);
        var b3 = WideRight(rights, 24 * nextColumn, rightK);
        upper.Multiply<TFormat>(
            WideLeft(lefts, 0, nextRow, nextK), WideLeft(lefts, 16 * nextRow, nextRow, nextK),
            b0, b1, b2, b3);
        lower.Multiply<TFormat>(
            WideLeft(lefts, 32 * nextRow, nextRow, nextK),
            WideLeft(lefts, 48 * nextRow, nextRow, nextK), b0, b1, b2, b3);
    }
    #endregion

    static LeftFragment WideLeft(ArrayView<uint> lefts, int at, int nextRow, int nextK) => new()
    {
        X = lefts[at],
        Y = lefts[at + 8 * nextRow],
        Z = lefts[at + 4 * nextK],
        W = lefts[at + 8 * nextRow + 4 * nextK],
    };

    static RightFragment WideRight(ArrayView<uint> rights, int at, int nextK) => new()
    {
        X = rights[at],
        Y = rights[at + 4 * nextK],
    };

    /// <summary>
    /// What a thread brings of a tile: eight k of a row along k, or four columns of two k across
    /// it. They stay as memory has them while the tile before is multiplied: rounding them
    /// would wait for them.
    /// </summary>
    struct EightNumbers<TFormat> where TFormat : struct, ITensorFormat
    {
        readonly bool across;
        readonly int i, side, depth;
        TileWalk firstWalk, secondWalk;
        Four a, b;

        public EightNumbers(Rows factor, bool across, int t, int side0, int side, int depth)
        {
            (this.across, this.side, this.depth) = (across, side, depth);
            i = side0 + (across ? 4 * (t & 31) : t >> 1);
            int k = across ? TFormat.PerWord == 1 ? t >> 5 : 2 * (t >> 5) : 8 * (t & 1);
            int next = across ? TFormat.PerWord == 1 ? 8 : 1 : 4;
            firstWalk = new(factor, across, i, side, k, depth, WideTensorDepth);
            secondWalk = new(factor, across, i, side, k + next, depth, WideTensorDepth);
            a = new();
            b = new();
        }

        /// <summary>The next tile's; zeros outside.</summary>
        public void Load(Rows factor)
        {
            a = Next(ref firstWalk, WideTensorDepth, factor, across, i, side, depth);
            b = Next(ref secondWalk, WideTensorDepth, factor, across, i, side, depth);
        }

        /// <summary>Rounded, into the tile that begins at a word.</summary>
        public readonly void Spread(ArrayView<FourWords> tiles, int at, int t)
        {
            var place = tiles.SubView(at / 4 + (across
                ? (t >> 5) * (WideTensorAcross / 4) + (t & 31)
                : (t >> 1) * (WideTensorDepth / TFormat.PerWord / 4 + 1)
                    + (TFormat.PerWord == 1 ? 2 : 1) * (t & 1)));
            if (TFormat.PerWord == 1)
            {
                place[0] = Words(a.X, a.Y, a.Z, a.W, a.X, a.Y, a.Z, a.W);
                place[across ? 8 * (WideTensorAcross / 4) : 1] =
                    Words(b.X, b.Y, b.Z, b.W, b.X, b.Y, b.Z, b.W);
            }
            else if (across) place[0] = Words(a.X, a.Y, a.Z, a.W, b.X, b.Y, b.Z, b.W);
            else place[0] = Words(a.X, a.Z, b.X, b.Z, a.Y, a.W, b.Y, b.W);
        }

        /// <summary>Four words of a number each, or of two: the first ones, the second ones.</summary>
        static FourWords Words(
            F32 x, F32 y, F32 z, F32 w, F32 x2, F32 y2, F32 z2, F32 w2) => new()
            {
                X = TFormat.Word(x.V, x2.V),
                Y = TFormat.Word(y.V, y2.V),
                Z = TFormat.Word(z.V, z2.V),
                W = TFormat.Word(w.V, w2.V),
            };
    }
}
