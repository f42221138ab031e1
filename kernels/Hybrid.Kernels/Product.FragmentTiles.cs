using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    #region fragment-tiles
    /// <summary>Tensor tiles, both with k along their rows, read by the matrix.</summary>
    public static void FragmentTiles<T, TFormat>(T product)
        where T : struct, IProduct
        where TFormat : struct, ITensorFormat
    {
        // Of fours, so that rows begin at multiples of 16 bytes.
        var words = SharedMemory.Allocate<Four>(Side * Fours).Cast<uint>();
        var rights = words.SubView(Side * LeftWords, Side * LeftWords);
        int t = Group.IdxX, lane = t & 31, row = (t >> 6) << 5, column = ((t >> 5) & 1) << 5;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side;

        // Which row of which matrix a lane points at: of 16 rows by two halves of k, and of
        // two halves of k by 16 columns.
        var left = (row + (lane & 15)) * LeftWords + (lane >> 4) * 4;
        var right = (column + (lane >> 4) * 8 + (lane & 7)) * LeftWords + (lane >> 3 & 1) * 4;

        var sums = new WarpSums();
        for (var k0 = 0; k0 < product.K; k0 += TensorDepth * TFormat.PerWord)
        {
            LoadTiles<T, TFormat>(product, words, rights, 1, LeftWords, t, m0, n0, k0);
            Group.Barrier();
            for (var k = 0; k < TensorDepth; k += TensorCore.Depth)
            {
                var upper = TensorCore.LoadMatrices(ref words[left + k]);
                var lower = TensorCore.LoadMatrices(
                    ref words[left + TensorCore.Rows * LeftWords + k]);
                var near = TensorCore.LoadMatrices(ref rights[right + k]);
                var far = TensorCore.LoadMatrices(
                    ref rights[right + 2 * TensorCore.Columns * LeftWords + k]);
                sums.Multiply<TFormat>(
                    upper, lower,
                    new() { X = near.X, Y = near.Y }, new() { X = near.Z, Y = near.W },
                    new() { X = far.X, Y = far.Y }, new() { X = far.Z, Y = far.W });
            }
            Group.Barrier();
        }

        HandRound(product, words.Cast<float>(), sums, t, m0, n0);
    }
    #endregion
}
