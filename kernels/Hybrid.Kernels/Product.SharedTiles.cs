using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// Edge of a square tile; its rows are a word longer, so that columns meet no bank
    /// twice.
    /// </summary>
    const int Edge = 16, EdgeStride = Edge + 1;

    public static KernelConfig SharedTileGrid(int m, int n) => new(
        new Index3D(Grids.Ceiling(n, Edge), Grids.Ceiling(m, Edge), 1),
        new Index3D(Edge, Edge, 1));

    #region shared-tiles
    /// <summary>
    /// A thread per output; a block's two tiles of factors are read once and shared.
    /// </summary>
    public static void SharedTiles<T>(T product) where T : struct, IProduct
    {
        var lefts = SharedMemory.Allocate<F32>(Edge * EdgeStride);
        var rights = SharedMemory.Allocate<F32>(Edge * EdgeStride);
        int tx = Group.IdxX, ty = Group.IdxY;
        int m0 = Grid.IdxY * Edge, n0 = Grid.IdxX * Edge;
        int m = product.M, n = product.N, depth = product.K;

        // tx runs along a row of memory: down a column of a tile that is transposed there.
        var across = ty * EdgeStride + tx;
        var down = tx * EdgeStride + ty;

        var sum = F32.Const(0);
        for (var k0 = 0; k0 < depth; k0 += Edge)
        {
            if (T.LeftIsTransposed)
                lefts[down] = At(product.Left, k0 + ty, m0 + tx, depth, m);
            else
                lefts[across] = At(product.Left, m0 + ty, k0 + tx, m, depth);
            if (T.RightIsTransposed)
                rights[down] = At(product.Right, n0 + ty, k0 + tx, n, depth);
            else
                rights[across] = At(product.Right, k0 + ty, n0 + tx, depth, n);
            Group.Barrier();

            var steps = depth - k0 < Edge ? depth - k0 : Edge;
            for (var k = 0; k < steps; k++)
                sum = F32.Fma(
                    lefts[ty * EdgeStride + k], rights[k * EdgeStride + tx], sum);
            Group.Barrier();
        }
        if (m0 + ty < m && n0 + tx < n) product.Store(m0 + ty, n0 + tx, sum);
    }
    #endregion

    /// <summary>An element, or 0 outside the matrix.</summary>
    static F32 At(Rows matrix, int row, int column, int rows, int columns)
    {
        var value = F32.Const(0);
        if (row < rows && column < columns) value = matrix[row, column];
        return value;
    }
}
