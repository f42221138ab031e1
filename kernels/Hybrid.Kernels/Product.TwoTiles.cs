using ILGPU;

namespace Hybrid.Kernels;

public static partial class Product
{
    #region two-tiles
    /// <summary>Wide tiles, written into one half of shared memory while the other is read.</summary>
    public static void TwoTiles<T>(T product) where T : struct, IProduct
    {
        var tiles = SharedMemory.Allocate<Four>(Side * Fours);
        int t = Group.IdxX, now = 0;
        int m0 = Grid.IdxY * WideSide, n0 = Grid.IdxX * WideSide;

        var sums = new WideOutputs();
        var left = LoadWideLeft(product, t, m0, 0);
        var right = LoadWideRight(product, t, n0, 0);
        SpreadWide<T>(tiles, t, left, right);
        Group.Barrier();
        for (var k0 = 0; k0 < product.K; k0 += WideDepth)
        {
            if (k0 + WideDepth < product.K)
            {
                left = LoadWideLeft(product, t, m0, k0 + WideDepth);
                right = LoadWideRight(product, t, n0, k0 + WideDepth);
            }
            sums.Steps(tiles.SubView(now, 2 * WideTile), t, product.K - k0);
            now = 2 * WideTile - now;
            if (k0 + WideDepth < product.K)
                SpreadWide<T>(tiles.SubView(now, 2 * WideTile), t, left, right);
            Group.Barrier();
        }
        HandRound(product, tiles, sums, t, m0, n0);
    }
    #endregion
}
