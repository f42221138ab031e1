using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// Words of a tile: 64 rows along k, or 16 rows across it, as the factor lies in memory.
    /// </summary>
    const int TileWords = Side * LeftWords;

    #region async-tiles
    /// <summary>
    /// Tensor tiles in tf32 whose next factors are on their way while these are used.
    /// </summary>
    public static void AsyncTiles<T>(T product) where T : struct, IProduct
    {
        var fours = SharedMemory.Allocate<Four>(4 * TileWords / 4);
        var words = fours.Cast<F32>();
        int t = Group.IdxX, lane = t & 31, group = lane >> 2, inGroup = lane & 3;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side;
        int row = ((t >> 6) << 5) + group, column = (((t >> 5) & 1) << 5) + group;

        var sums = new WarpSums();
        var now = 0;
        BeginTiles(product, words, now, t, m0, n0, 0);
        for (var k0 = 0; k0 < product.K; k0 += TensorDepth)
        {
            if (k0 + TensorDepth < product.K)
            {
                BeginTiles(product, words, 2 * TileWords - now, t, m0, n0, k0 + TensorDepth);
                AsyncCopy.WaitForAllButOne();
            }
            else AsyncCopy.WaitForAll();
            Group.Barrier();
            var lefts = words.SubView(now, TileWords);
            var rights = words.SubView(now + TileWords, TileWords);
            for (var k = inGroup; k < TensorDepth; k += TensorCore.Depth)
            {
                sums.Multiply<Tf32>(
                    LeftOf<T>(lefts, row, k), LeftOf<T>(lefts, row + TensorCore.Rows, k),
                    RightOf<T>(rights, k, column),
                    RightOf<T>(rights, k, column + TensorCore.Columns),
                    RightOf<T>(rights, k, column + 2 * TensorCore.Columns),
                    RightOf<T>(rights, k, column + 3 * TensorCore.Columns));
            }
            Group.Barrier();
            now = 2 * TileWords - now;
        }

        HandRound(product, words.Cast<float>(), sums, t, m0, n0);
    }

    /// <summary>Both factors' tiles, a group of copies.</summary>
    static void BeginTiles<T>(
        T product, ArrayView<F32> words, int at, int t, int m0, int n0, int k0)
        where T : struct, IProduct
    {
        for (var i = t; i < Side * TensorDepth / 4; i += TensorThreads)
        {
            int row = T.LeftIsTransposed ? i >> 4 : i >> 2;
            int four = T.LeftIsTransposed ? 4 * (i & 15) : 4 * (i & 3);
            if (T.LeftIsTransposed)
                BeginFour(
                    product.Left, k0 + row, m0 + four, product.K, product.M,
                    words, at + row * RightWords + four);
            else
                BeginFour(
                    product.Left, m0 + row, k0 + four, product.M, product.K,
                    words, at + row * LeftWords + four);

            row = T.RightIsTransposed ? i >> 2 : i >> 4;
            four = T.RightIsTransposed ? 4 * (i & 3) : 4 * (i & 15);
            if (T.RightIsTransposed)
                BeginFour(
                    product.Right, n0 + row, k0 + four, product.N, product.K,
                    words, at + TileWords + row * LeftWords + four);
            else
                BeginFour(
                    product.Right, k0 + row, n0 + four, product.K, product.N,
                    words, at + TileWords + row * RightWords + four);
        }
        AsyncCopy.Commit();
    }

    /// <summary>
    /// Four neighbours: one copy where all exist and lie at a multiple of 16 bytes, else one
    /// each.
    /// </summary>
    internal static void BeginFour(
        Rows matrix, int row, int column, int rows, int columns, ArrayView<F32> words, int at)
    {
        if (matrix.Fours == 1 && row < rows && column + 3 < columns)
        {
            AsyncCopy.BeginFour(ref words[at], ref matrix[row, column]);
            return;
        }
        for (var i = 0; i < 4; i++)
            BeginOne(matrix, row, column + i, rows, columns, words, at + i);
    }

    /// <summary>An element on its way; 0 at once outside the matrix.</summary>
    static void BeginOne(
        Rows matrix, int row, int column, int rows, int columns, ArrayView<F32> words, int at)
    {
        if (row < rows && column < columns)
            AsyncCopy.BeginOne(ref words[at], ref matrix[row, column]);
        else words[at] = F32.Const(0);
    }
    #endregion

    static LeftFragment LeftOf<T>(ArrayView<F32> tile, int row, int k) where T : struct, IProduct =>
        T.LeftIsTransposed
            ? new()
            {
                X = Rounded(tile, k * RightWords + row),
                Y = Rounded(tile, k * RightWords + row + 8),
                Z = Rounded(tile, (k + 4) * RightWords + row),
                W = Rounded(tile, (k + 4) * RightWords + row + 8),
            }
            : new()
            {
                X = Rounded(tile, row * LeftWords + k),
                Y = Rounded(tile, (row + 8) * LeftWords + k),
                Z = Rounded(tile, row * LeftWords + k + 4),
                W = Rounded(tile, (row + 8) * LeftWords + k + 4),
            };

    static RightFragment RightOf<T>(ArrayView<F32> tile, int k, int column)
        where T : struct, IProduct =>
        T.RightIsTransposed
            ? new()
            {
                X = Rounded(tile, column * LeftWords + k),
                Y = Rounded(tile, column * LeftWords + k + 4),
            }
            : new()
            {
                X = Rounded(tile, k * RightWords + column),
                Y = Rounded(tile, (k + 4) * RightWords + column),
            };

    static uint Rounded(ArrayView<F32> tile, int at) => TensorCore.ToTf32(tile[at].V);
}
