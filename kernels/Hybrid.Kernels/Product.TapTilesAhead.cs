using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    /// <summary>
    /// The m whose four floats this thread brings, where left is not transposed.
    /// </summary>
    public static int LeftRow => Grid.IdxY * Side + (Group.IdxX >> 2);

    #region tap-tiles-ahead
    /// <summary>
    /// As <see cref="TapTiles"/>, with the next tile on its way, whatever run it is of.
    /// </summary>
    public static void TapTilesAhead<T>(T product) where T : struct, ITapProduct
    {
        var tile = SharedMemory.Allocate<Four>(Side * Fours);
        var rights = tile.SubView(Depth * Fours, Depth * Fours);
        int t = Group.IdxX, tx = t & 15, ty = t >> 4, slice = Grid.IdxZ;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side, length = product.Depth(slice);

        int leftM = T.LeftIsTransposed ? m0 + 4 * tx : LeftRow;
        int leftK = T.LeftIsTransposed ? ty : 4 * (t & 3);
        int rightN = n0 + (T.RightIsTransposed ? t >> 2 : 4 * tx);
        int rightK = T.RightIsTransposed ? 4 * (t & 3) : ty;

        var sums = new Outputs();
        int k0 = 0, run = length > 0 ? Taken(product, slice, 0) : product.Runs;
        Four left = new(), right = new();
        if (run < product.Runs)
        {
            left = product.Left(slice, run, leftM, leftK);
            right = product.Right(slice, run, rightK, rightN);
        }
        while (run < product.Runs)
        {
            Spread(tile, t, left, T.LeftIsTransposed);
            Spread(rights, t, right, !T.RightIsTransposed);
            Group.Barrier();

            var depth = length - k0 < Depth ? length - k0 : Depth;
            k0 += Depth;
            if (k0 >= length)                         // the run ends: on with the next
            {
                k0 = 0;
                run = Taken(product, slice, run + 1);
            }
            if (run < product.Runs)
            {
                left = product.Left(slice, run, leftM, k0 + leftK);
                right = product.Right(slice, run, k0 + rightK, rightN);
            }

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

        HandRound(product, tile, sums, slice, m0, n0);
    }
    #endregion

    /// <summary>The first run from here on whose steps a slice takes.</summary>
    static int Taken<T>(T product, int slice, int run) where T : struct, ITapProduct
    {
        while (run < product.Runs && !product.Takes(slice, run)) run++;
        return run;
    }

    /// <summary>Neighbouring threads store neighbouring outputs.</summary>
    static void HandRound<T>(
        T product, ArrayView<Four> tile, Outputs sums, int slice, int m0, int n0)
        where T : struct, ITapProduct
    {
        int t = Group.IdxX, tx = t & 15, ty = t >> 4;
        sums.Keep(tile, tx, ty);
        Group.Barrier();

        var words = tile.Cast<F32>();
        var n = t & (Side - 1);
        if (n0 + n >= product.N) return;
        for (var m = t >> 6; m < Side && m0 + m < product.M; m += Grids.Block / Side)
            product.Store(slice, m0 + m, n0 + n, words[m * Words + n]);
    }
}
