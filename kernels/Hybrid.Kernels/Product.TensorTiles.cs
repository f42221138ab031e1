using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// A block of four warps makes 64 × 64 outputs, a warp 32 × 32; 16 words deep.
    /// </summary>
    const int TensorDepth = 16, TensorThreads = 128;

    /// <summary>
    /// Words of a row of either tile: the eight rows and four columns that a warp's fragment
    /// reads lie in 32 different banks.
    /// </summary>
    const int LeftWords = TensorDepth + 4, RightWords = Side + 8;

    public static KernelConfig TensorTileGrid(int m, int n) => new(
        new Index3D(Grids.Ceiling(n, Side), Grids.Ceiling(m, Side), 1),
        new Index3D(TensorThreads, 1, 1));

    #region tensor-tiles
    /// <summary>2 × 4 tiles of 16 × 8 sums per warp, in registers over all of k.</summary>
    public static void TensorTiles<T, TFormat>(T product)
        where T : struct, IProduct
        where TFormat : struct, ITensorFormat
    {
        // The factors' tiles lie in the memory that later hands the outputs round.
        var words = SharedMemory.Allocate<uint>(Side * Words);
        var rights = words.SubView(Side * LeftWords, TensorDepth * RightWords);
        int t = Group.IdxX, lane = t & 31, group = lane >> 2, inGroup = lane & 3;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side;
        int row = ((t >> 6) << 5) + group, column = (((t >> 5) & 1) << 5) + group;

        var sums = new WarpSums();
        for (var k0 = 0; k0 < product.K; k0 += TensorDepth * TFormat.PerWord)
        {
            LoadTiles<T, TFormat>(product, words, rights, RightWords, 1, t, m0, n0, k0);
            Group.Barrier();
            for (var k = inGroup; k < TensorDepth; k += TensorCore.Depth)
            {
                sums.Multiply<TFormat>(
                    Left(words, row, k), Left(words, row + TensorCore.Rows, k),
                    Right(rights, k, column), Right(rights, k, column + TensorCore.Columns),
                    Right(rights, k, column + 2 * TensorCore.Columns),
                    Right(rights, k, column + 3 * TensorCore.Columns));
            }
            Group.Barrier();
        }

        HandRound(product, words.Cast<float>(), sums, t, m0, n0);
    }

    /// <summary>A warp's 32 × 32 sums: 2 × 4 tiles of 16 × 8, in registers.</summary>
    struct WarpSums
    {
        SumFragment c00, c01, c02, c03, c10, c11, c12, c13;

        /// <summary>Two tiles of the left factor by four of the right one.</summary>
        public void Multiply<TFormat>(
            LeftFragment upper, LeftFragment lower, RightFragment b0, RightFragment b1,
            RightFragment b2, RightFragment b3)
            where TFormat : struct, ITensorFormat
        {
            c00 = TFormat.Multiply(c00, upper, b0);
            c01 = TFormat.Multiply(c01, upper, b1);
            c02 = TFormat.Multiply(c02, upper, b2);
            c03 = TFormat.Multiply(c03, upper, b3);
            c10 = TFormat.Multiply(c10, lower, b0);
            c11 = TFormat.Multiply(c11, lower, b1);
            c12 = TFormat.Multiply(c12, lower, b2);
            c13 = TFormat.Multiply(c13, lower, b3);
        }

        /// <summary>To where a thread that stores looks for them.</summary>
        public void Keep(ArrayView<float> tile, int at)
        {
            Keep(tile, at, c00);
            Keep(tile, at + TensorCore.Columns, c01);
            Keep(tile, at + 2 * TensorCore.Columns, c02);
            Keep(tile, at + 3 * TensorCore.Columns, c03);
            at += TensorCore.Rows * Words;
            Keep(tile, at, c10);
            Keep(tile, at + TensorCore.Columns, c11);
            Keep(tile, at + 2 * TensorCore.Columns, c12);
            Keep(tile, at + 3 * TensorCore.Columns, c13);
        }

        static void Keep(ArrayView<float> tile, int at, SumFragment c)
        {
            tile[at] = c.X;
            tile[at + 1] = c.Y;
            tile[at + 8 * Words] = c.Z;
            tile[at + 8 * Words + 1] = c.W;
        }
    }
    #endregion

    /// <summary>
    /// Through shared memory, so that neighbouring threads store neighbouring outputs and the
    /// end of the operation stands in the code once.
    /// </summary>
    static void HandRound<T>(
        T product, ArrayView<float> tile, WarpSums sums, int t, int m0, int n0)
        where T : struct, IProduct
    {
        int lane = t & 31, row = ((t >> 6) << 5) + (lane >> 2);
        sums.Keep(tile, row * Words + (((t >> 5) & 1) << 5) + 2 * (lane & 3));
        Group.Barrier();
        var n = t & (Side - 1);
        if (n0 + n >= product.N) return;
        for (var m = t >> 6; m < Side && m0 + m < product.M; m += TensorThreads / Side)
            product.Store(m0 + m, n0 + n, new F32(tile[m * Words + n]));
    }

    /// <summary>
    /// Eight words of each tile per thread, rounded; zeros outside. The right tile's words of
    /// the next k and of the next n lie so far apart.
    /// </summary>
    static void LoadTiles<T, TFormat>(
        T product, ArrayView<uint> lefts, ArrayView<uint> rights, int nextK, int nextN,
        int t, int m0, int n0, int k0)
        where T : struct, IProduct
        where TFormat : struct, ITensorFormat
    {
        for (var i = t; i < Side * TensorDepth; i += TensorThreads)
        {
            // Neighbouring threads read neighbours, along k or across it.
            int along = i & (TensorDepth - 1), across = i / TensorDepth;
            int alongSide = i & (Side - 1), acrossSide = i / Side;

            int m = T.LeftIsTransposed ? alongSide : across;
            int k = T.LeftIsTransposed ? acrossSide : along;
            lefts[m * LeftWords + k] = WordOf<TFormat>(
                product.Left, T.LeftIsTransposed, m0 + m, k0 + k * TFormat.PerWord,
                product.M, product.K);

            int n = T.RightIsTransposed ? across : alongSide;
            k = T.RightIsTransposed ? along : acrossSide;
            rights[k * nextK + n * nextN] = WordOf<TFormat>(
                product.Right, !T.RightIsTransposed, n0 + n, k0 + k * TFormat.PerWord,
                product.N, product.K);
        }
    }

    /// <summary>A word of row or column i of a factor from k on; zeros outside.</summary>
    /// <param name="factor">Left or right, as it lies in memory.</param>
    /// <param name="inColumns">Whether k counts rows of memory.</param>
    /// <param name="i">m or n.</param>
    /// <param name="k">The first step.</param>
    /// <param name="count">M or N.</param>
    /// <param name="depth">K.</param>
    static uint WordOf<TFormat>(
        Rows factor, bool inColumns, int i, int k, int count, int depth)
        where TFormat : struct, ITensorFormat
    {
        if (TFormat.PerWord == 1)
            return TFormat.Word(Element(factor, inColumns, i, k, count, depth), 0);
        if (!inColumns && factor.Fours == 1 && i < count && k + 1 < depth)
        {
            var pair = factor.PairAt(i, k);
            return TFormat.Word(pair.X.V, pair.Y.V);
        }
        return TFormat.Word(
            Element(factor, inColumns, i, k, count, depth),
            Element(factor, inColumns, i, k + 1, count, depth));
    }

    static float Element(Rows factor, bool inColumns, int i, int k, int count, int depth) =>
        inColumns ? At(factor, k, i, depth, count).V : At(factor, i, k, count, depth).V;

    static LeftFragment Left(ArrayView<uint> tile, int row, int k)
    {
        var at = row * LeftWords + k;
        return new()
        {
            X = tile[at],
            Y = tile[at + 8 * LeftWords],
            Z = tile[at + 4],
            W = tile[at + 8 * LeftWords + 4],
        };
    }

    static RightFragment Right(ArrayView<uint> tile, int k, int column) => new()
    {
        X = tile[k * RightWords + column],
        Y = tile[(k + 4) * RightWords + column],
    };
}
