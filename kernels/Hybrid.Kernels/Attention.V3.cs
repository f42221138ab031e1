using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: 32 queries share tiles of 32 keys.
//
// before   in V2 each warp reads all keys and values for itself, and lanes read keys
//          apart.
// idea     a block reads each tile once, neighbours side by side, for its 32 queries; a
//          warp has four of them, so that a word of the tile serves four steps.
// grid     a block of 8 warps per 32 queries and 64 columns of the output; 21.1 KiB of
//          shared memory.
// still    a step of four needs two loads from shared memory; nothing is loaded ahead.
public static partial class Attention
{
    #region attention-v3
    public static void Attention_V3_SharedTiles(Arguments a)
    {
        var queryTile = AttentionTiles.AllocateRows();
        var tile = AttentionTiles.AllocateColumns();
        var weights = SharedMemory.Allocate<Four>(Grids.Block);
        var s = a.Shape;
        var queries = new TileRows(s.T);
        int lane = Group.IdxX, first = queries.Problem * s.S;

        Four m = Four.Of(new(float.MinValue)), sum = new();
        var y = new TileSums(s.Dv);
        for (var k0 = 0; k0 < s.S; k0 += Reduce.Partials)
        {
            var keys = new TileColumns(first + k0, s.S - k0);
            var scores = Four.Of(new(s.Scale)) * AttentionTiles.Dots(
                queryTile, a.Q, queries, tile, a.K, keys, s.D, fresh: k0 == 0);

            if (lane >= keys.Count) scores = Four.Of(new(float.MinValue));
            var risen = Four.Max(m, AttentionTiles.MaxAcrossWarp(scores));
            var weight = AttentionTiles.Weights(scores, risen);
            if (lane >= keys.Count) weight = new();
            var shrink = AttentionTiles.Shrink(m, risen);
            sum = Four.Fma(sum, shrink, AttentionTiles.SumAcrossWarp(weight));
            m = risen;

            AttentionTiles.LoadColumns(tile, a.V, keys, y.Column, y.Width);
            y.Shrink(shrink);
            y.Add(weights, weight, tile, keys.Count);
        }
        y.StoreOver(a.Y, queries, sum);
        if (Grid.IdxY == 0 && lane == 0)
            queries.Store(a.LogSum, 0, AttentionTiles.LogSum(m, sum));
    }
    #endregion
}
