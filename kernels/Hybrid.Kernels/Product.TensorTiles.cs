using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>A block of four warps makes 64 × 64 outputs, a warp 32 × 32; 16 deep.</summary>
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
    public static void TensorTiles<T>(T product) where T : struct, IProduct
    {
        // The factors' tiles lie in the memory that later hands the outputs round.
        var words = SharedMemory.Allocate<uint>(Side * Words);
        var rights = words.SubView(Side * LeftWords, TensorDepth * RightWords);
        int t = Group.IdxX, lane = t & 31, group = lane >> 2, inGroup = lane & 3;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side;
        int row = ((t >> 6) << 5) + group, column = ((t >> 5) & 1) << 5;

        SumFragment c00 = default, c01 = default, c02 = default, c03 = default;
        SumFragment c10 = default, c11 = default, c12 = default, c13 = default;
        for (var k0 = 0; k0 < product.K; k0 += TensorDepth)
        {
            LoadTiles(product, words, rights, t, m0, n0, k0);
            Group.Barrier();
            for (var k = inGroup; k < TensorDepth; k += TensorCore.Depth)
            {
                var upper = Left(words, row, k);
                var lower = Left(words, row + TensorCore.Rows, k);
                var b0 = Right(rights, k, column + group);
                var b1 = Right(rights, k, column + group + TensorCore.Columns);
                var b2 = Right(rights, k, column + group + 2 * TensorCore.Columns);
                var b3 = Right(rights, k, column + group + 3 * TensorCore.Columns);
                c00 = TensorCore.Multiply(c00, upper, b0);
                c01 = TensorCore.Multiply(c01, upper, b1);
                c02 = TensorCore.Multiply(c02, upper, b2);
                c03 = TensorCore.Multiply(c03, upper, b3);
                c10 = TensorCore.Multiply(c10, lower, b0);
                c11 = TensorCore.Multiply(c11, lower, b1);
                c12 = TensorCore.Multiply(c12, lower, b2);
                c13 = TensorCore.Multiply(c13, lower, b3);
            }
            Group.Barrier();
        }

        var sums = words.Cast<float>();
        var at = row * Words + column + 2 * inGroup;
        Keep(sums, at, c00);
        Keep(sums, at + TensorCore.Columns, c01);
        Keep(sums, at + 2 * TensorCore.Columns, c02);
        Keep(sums, at + 3 * TensorCore.Columns, c03);
        at += TensorCore.Rows * Words;
        Keep(sums, at, c10);
        Keep(sums, at + TensorCore.Columns, c11);
        Keep(sums, at + 2 * TensorCore.Columns, c12);
        Keep(sums, at + 3 * TensorCore.Columns, c13);
        Group.Barrier();

        var n = t & (Side - 1);
        if (n0 + n >= product.N) return;
        for (var m = t >> 6; m < Side && m0 + m < product.M; m += TensorThreads / Side)
            product.Store(m0 + m, n0 + n, new F32(sums[m * Words + n]));
    }
    #endregion

    /// <summary>Eight numbers of each tile per thread, rounded to tf32; zeros outside.</summary>
    static void LoadTiles<T>(
        T product, ArrayView<uint> lefts, ArrayView<uint> rights, int t, int m0, int n0, int k0)
        where T : struct, IProduct
    {
        for (var i = t; i < Side * TensorDepth; i += TensorThreads)
        {
            int along = i & (TensorDepth - 1), across = i / TensorDepth;
            int alongSide = i & (Side - 1), acrossSide = i / Side;

            int m = T.LeftIsTransposed ? alongSide : across;
            int k = T.LeftIsTransposed ? acrossSide : along;
            var left = m0 + m < product.M && k0 + k < product.K
                ? T.LeftIsTransposed ? product.Left[k0 + k, m0 + m] : product.Left[m0 + m, k0 + k]
                : new F32(0);
            lefts[m * LeftWords + k] = TensorCore.ToTf32(left.V);

            int n = T.RightIsTransposed ? across : alongSide;
            k = T.RightIsTransposed ? along : acrossSide;
            var right = n0 + n < product.N && k0 + k < product.K
                ? T.RightIsTransposed ? product.Right[n0 + n, k0 + k] : product.Right[k0 + k, n0 + n]
                : new F32(0);
            rights[k * RightWords + n] = TensorCore.ToTf32(right.V);
        }
    }

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

    static void Keep(ArrayView<float> sums, int at, SumFragment c)
    {
        sums[at] = c.X;
        sums[at + 1] = c.Y;
        sums[at + 8 * Words] = c.Z;
        sums[at + 8 * Words + 1] = c.W;
    }
}
