using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>dq = scale·Σ_j dS_ij·k_j: the adjoint of attention's queries.</summary>
/// <remarks>
/// Weights are made again from scores and L: nothing of size T·S was kept.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="AttentionWeight"/>, <see cref="AttentionScoreGrad"/>
/// </description></item>
/// <item><term>source</term><description>
/// Dao et al. 2022, arXiv:2205.14135, algorithm 4
/// </description></item>
/// <item><term>shapes</term><description>
/// q, dq: [count·T, D]; k: [count·S, D]; v: [count·S, Dv]; dy: [count·T, Dv]; logSum,
/// delta: [count·T]
/// </description></item>
/// <item><term>order</term><description>
/// a chain over keys, ascending from +0, then the scale
/// </description></item>
/// </list>
/// </remarks>
public static class AttentionGradQuery
{
    public readonly record struct Arguments(
        Rows Q, Rows K, Rows V, Rows DY, Rows LogSum, Rows Delta, Rows DQ,
        AttentionShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AttentionGradQuery), a => Cost(a.Shape), [
        new("32 queries share tiles of 32 keys", AttentionGradQuery_V1_SharedTiles,
            a => AttentionTiles.Grid(a.Shape.Count, a.Shape.T, a.Shape.D)),
    ]);

    /// <summary>
    /// A pair: the score, its weight, the weight's adjoint, the score's, and a chain's
    /// step for each column. A column of a row: the scale.
    /// </summary>
    public static Cost Cost(in AttentionShape s) =>
        s.Pairs * (new Cost(0, 0, 4L * s.D + 2L * s.Dv + 1, 0)
            + Kernels.Cost.Of<AttentionWeight>()
            + Kernels.Cost.Of<AttentionScoreGrad>())
        + s.Queries * new Cost(4L * (s.D + s.Dv + 2), 4L * s.D, s.D, 0)
        + s.Keys * new Cost(4L * (s.D + s.Dv), 0, 0, 0);

    // V1: as the forward kernel's tiles.
    //
    // before   nothing: one warp per query would read all keys and values for itself.
    // idea     a block has 32 queries and their dy, and each tile of values and then of
    //          keys serves all of them; the tile of keys serves twice.
    // grid     a block of 8 warps per 32 queries and 64 columns of dq; 30.1 KiB of
    //          shared memory.
    // still    more than 64 columns make the scores more than once; nothing is loaded
    //          ahead.
    #region attention-grad-query-v1
    public static void AttentionGradQuery_V1_SharedTiles(Arguments a)
    {
        var queryTile = AttentionTiles.AllocateRows();
        var dyTile = AttentionTiles.AllocateRows();
        var tile = AttentionTiles.AllocateColumns();
        var weights = SharedMemory.Allocate<Four>(Grids.Block);
        var s = a.Shape;
        var queries = new TileRows(s.T);
        var first = queries.Problem * s.S;
        Four logSum = queries.Load(a.LogSum), delta = queries.Load(a.Delta);

        var dq = new TileSums(s.D);
        for (var k0 = 0; k0 < s.S; k0 += Reduce.Partials)
        {
            var keys = new TileColumns(first + k0, s.S - k0);
            var dWeights = AttentionTiles.Dots(
                dyTile, a.DY, queries, tile, a.V, keys, s.Dv, fresh: k0 == 0);
            var scores = Four.Of(new(s.Scale)) * AttentionTiles.Dots(
                queryTile, a.Q, queries, tile, a.K, keys, s.D, fresh: k0 == 0);
            var dScores = AttentionTiles.ScoreGrads(
                AttentionTiles.Weights(scores, logSum), dWeights, delta);

            if (s.D > AttentionTiles.Depth)           // else the keys lie there already
                AttentionTiles.LoadColumns(tile, a.K, keys, dq.Column, dq.Width);
            dq.Add(weights, dScores, tile, keys.Count);
        }
        dq.StoreTimes(a.DQ, queries, Four.Of(new(s.Scale)));
    }
    #endregion
}
