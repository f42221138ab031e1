using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>Pairs of tiles: one is used while three are on their way.</summary>
    const int Stages = 4;

    #region pipelined-tiles
    /// <summary>Wide tiles that are copied three steps before they are used.</summary>
    public static void PipelinedTiles<T>(T product) where T : struct, IProduct
    {
        var tiles = SharedMemory.Allocate<Four>(Stages * 2 * WideTile);
        int t = Group.IdxX, step = 0;
        int m0 = Grid.IdxY * WideSide, n0 = Grid.IdxX * WideSide;

        var sums = new WideOutputs();
        for (var ahead = 0; ahead < Stages - 1; ahead++)
            BeginWide(product, tiles, ahead, t, m0, n0);
        for (var k0 = 0; k0 < product.K; k0 += WideDepth)
        {
            // This step's copies have arrived, those of all threads; and all have left the
            // tiles of the step before, so the next copies may go there.
            AsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            BeginWide(product, tiles, step + Stages - 1, t, m0, n0);
            var now = (step & (Stages - 1)) * 2 * WideTile;
            sums.Steps(tiles.SubView(now, 2 * WideTile), t, product.K - k0);
            step++;
        }
        Group.Barrier();
        HandRound(product, tiles, sums, t, m0, n0);
    }

    /// <summary>Both factors' tiles of a step, a group of copies; perhaps of none.</summary>
    static void BeginWide<T>(T product, ArrayView<Four> tiles, int step, int t, int m0, int n0)
        where T : struct, IProduct
    {
        int k0 = step * WideDepth, depth = product.K;
        var words = tiles.Cast<F32>();
        var at = (step & (Stages - 1)) * 8 * WideTile;
        if (T.LeftIsTransposed) BeginRows(product.Left, t, k0, m0, depth, product.M, words, at);
        else BeginColumns(product.Left, t, m0, k0, product.M, depth, words, at);
        at += 4 * WideTile;
        if (T.RightIsTransposed)
            BeginColumns(product.Right, t, n0, k0, product.N, depth, words, at);
        else BeginRows(product.Right, t, k0, n0, depth, product.N, words, at);
        AsyncCopy.Commit();
    }

    /// <summary>A tile whose rows are rows of memory: four neighbours per thread.</summary>
    static void BeginRows(
        Rows matrix, int t, int row, int column, int rows, int columns,
        ArrayView<F32> words, int at)
    {
        int k = t >> 5, four = 4 * (t & 31);
        // What lies behind the last k is never read.
        if (row + k < rows)
            BeginFour(
                matrix, row + k, column + four, rows, columns, words, at + k * WideWords + four);
    }

    /// <summary>A tile whose columns are rows of memory: eight threads read neighbours.</summary>
    static void BeginColumns(
        Rows matrix, int t, int row, int column, int rows, int columns,
        ArrayView<F32> words, int at)
    {
        int k = t & (WideDepth - 1);
        if (column + k >= columns) return;
        for (var i = t >> 3; i < WideSide; i += Grids.Block / WideDepth)
            BeginOne(matrix, row + i, column + k, rows, columns, words, at + k * WideWords + i);
    }
    #endregion
}
