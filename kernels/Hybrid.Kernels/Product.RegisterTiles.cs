using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// A block makes 64 × 64 outputs, a thread 4 × 4 of them; tiles are 16 deep.
    /// </summary>
    const int Side = 64, Depth = 16;

    /// <summary>
    /// A tile row: 16 fours and one more, so that transposing stores spread over banks.
    /// </summary>
    const int Fours = Side / 4 + 1, Words = 4 * Fours;

    public static KernelConfig RegisterTileGrid(int m, int n) => new(
        new Index3D(Grids.Ceiling(n, Side), Grids.Ceiling(m, Side), 1),
        new Index3D(Grids.Block, 1, 1));

    #region register-tiles
    /// <summary>
    /// 4 × 4 outputs per thread: 16 fused steps for every two loads from shared memory.
    /// </summary>
    public static void RegisterTiles<T>(T product) where T : struct, IProduct
    {
        // The factors' tiles lie in the memory that later hands the outputs round.
        var tile = SharedMemory.Allocate<Four>(Side * Fours);
        var rights = tile.SubView(Depth * Fours, Depth * Fours);
        int t = Group.IdxX, tx = t & 15, ty = t >> 4;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side;

        var sums = new Outputs();
        var left = LoadLeft(product, t, m0, 0);
        var right = LoadRight(product, t, n0, 0);
        for (var k0 = 0; k0 < product.K; k0 += Depth)
        {
            Spread(tile, t, left, T.LeftIsTransposed);
            Spread(rights, t, right, !T.RightIsTransposed);
            Group.Barrier();

            // The next tiles are on their way from memory while this one is used.
            if (k0 + Depth < product.K)
            {
                left = LoadLeft(product, t, m0, k0 + Depth);
                right = LoadRight(product, t, n0, k0 + Depth);
            }

            var depth = product.K - k0 < Depth ? product.K - k0 : Depth;
            var k = 0;
            for (; k + 4 <= depth; k += 4)
            {
                sums.Step(tile[k * Fours + ty], rights[k * Fours + tx]);
                sums.Step(tile[(k + 1) * Fours + ty], rights[(k + 1) * Fours + tx]);
                sums.Step(tile[(k + 2) * Fours + ty], rights[(k + 2) * Fours + tx]);
                sums.Step(tile[(k + 3) * Fours + ty], rights[(k + 3) * Fours + tx]);
            }
            for (; k < depth; k++)
                sums.Step(tile[k * Fours + ty], rights[k * Fours + tx]);
            Group.Barrier();
        }

        // Through shared memory, neighbouring threads store neighbouring outputs, and the
        // end of the operation stands in the code once instead of sixteen times.
        sums.Keep(tile, tx, ty);
        Group.Barrier();
        StoreTile(product, tile.Cast<F32>(), t, m0, n0);
    }

    /// <summary>The 4 × 4 sums of a thread, in registers.</summary>
    struct Outputs
    {
        public Four Row0, Row1, Row2, Row3;

        /// <summary>Adds the outer product of one k.</summary>
        public void Step(Four left, Four right)
        {
            Row0 = Four.Fma(left.X, right, Row0);
            Row1 = Four.Fma(left.Y, right, Row1);
            Row2 = Four.Fma(left.Z, right, Row2);
            Row3 = Four.Fma(left.W, right, Row3);
        }

        /// <summary>Adds the outer products of four k.</summary>
        public void Steps(FourK left, FourK right)
        {
            Step(left.K0, right.K0);
            Step(left.K1, right.K1);
            Step(left.K2, right.K2);
            Step(left.K3, right.K3);
        }

        /// <summary>To where a thread that stores looks for them.</summary>
        public readonly void Keep(ArrayView<Four> tile, int tx, int ty)
        {
            tile[(4 * ty) * Fours + tx] = Row0;
            tile[(4 * ty + 1) * Fours + tx] = Row1;
            tile[(4 * ty + 2) * Fours + tx] = Row2;
            tile[(4 * ty + 3) * Fours + tx] = Row3;
        }

        /// <summary>The same of columns that lie 16 apart.</summary>
        public readonly void KeepApart(ArrayView<F32> words, int at)
        {
            KeepApart(words, at, Row0);
            KeepApart(words, at + Words, Row1);
            KeepApart(words, at + 2 * Words, Row2);
            KeepApart(words, at + 3 * Words, Row3);
        }

        static void KeepApart(ArrayView<F32> words, int at, Four row)
        {
            words[at] = row.X;
            words[at + 16] = row.Y;
            words[at + 32] = row.Z;
            words[at + 48] = row.W;
        }
    }

    /// <summary>A block stores 64 × 64 sums that lie in shared memory.</summary>
    static void StoreTile<T>(T product, ArrayView<F32> words, int t, int m0, int n0)
        where T : struct, IProduct
    {
        var n = t & (Side - 1);
        if (n0 + n >= product.N) return;
        for (var m = t >> 6; m < Side && m0 + m < product.M; m += Grids.Block / Side)
            product.Store(m0 + m, n0 + n, words[m * Words + n]);
    }
    #endregion

    /// <summary>This thread's four floats of a tile, neighbours in memory.</summary>
    static Four LoadLeft<T>(T product, int t, int m0, int k0)
        where T : struct, IProduct =>
        T.LeftIsTransposed
            ? Load(product.Left, k0 + (t >> 4), m0 + 4 * (t & 15), product.K, product.M)
            : Load(product.Left, m0 + (t >> 2), k0 + 4 * (t & 3), product.M, product.K);

    static Four LoadRight<T>(T product, int t, int n0, int k0)
        where T : struct, IProduct =>
        T.RightIsTransposed
            ? Load(product.Right, n0 + (t >> 2), k0 + 4 * (t & 3), product.N, product.K)
            : Load(product.Right, k0 + (t >> 4), n0 + 4 * (t & 15), product.K, product.N);

    /// <summary>
    /// Puts a thread's four floats where the tile, one k per row, wants them.
    /// </summary>
    static void Spread(ArrayView<Four> tile, int t, Four four, bool alongRow)
    {
        if (alongRow)
        {
            tile[(t >> 4) * Fours + (t & 15)] = four;
            return;
        }
        var words = tile.Cast<F32>();
        var at = 4 * (t & 3) * Words + (t >> 2);
        words[at] = four.X;
        words[at + Words] = four.Y;
        words[at + 2 * Words] = four.Z;
        words[at + 3 * Words] = four.W;
    }

    /// <summary>Four neighbouring elements; 0 for those outside the matrix.</summary>
    static Four Load(Rows matrix, int row, int column, int rows, int columns)
    {
        var four = new Four();
        if (row >= rows) return four;
        if (matrix.Fours == 1 && column + 3 < columns) return matrix.FourAt(row, column);
        if (column < columns) four.X = matrix[row, column];
        if (column + 1 < columns) four.Y = matrix[row, column + 1];
        if (column + 2 < columns) four.Z = matrix[row, column + 2];
        if (column + 3 < columns) four.W = matrix[row, column + 3];
        return four;
    }
}
