using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dv = Σ_i P_ij·dy_i and dk = scale·Σ_i dS_ij·q_i: the adjoints of values and keys.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="AttentionWeight"/>, <see cref="AttentionScoreGrad"/>
/// </description></item>
/// <item><term>source</term><description>
/// Dao et al. 2022, arXiv:2205.14135, algorithm 4
/// </description></item>
/// <item><term>shapes</term><description>
/// q: [count·T, D]; k, dk: [count·S, D]; v, dv: [count·S, Dv]; dy: [count·T, Dv]; logSum,
/// delta: [count·T]
/// </description></item>
/// <item><term>order</term><description>
/// chains over queries, ascending from +0, then the scale
/// </description></item>
/// </list>
/// </remarks>
public static class AttentionGradKeyValue
{
    public readonly record struct Arguments(
        Rows Q, Rows K, Rows V, Rows DY, Rows LogSum, Rows Delta, Rows DK, Rows DV,
        AttentionShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AttentionGradKeyValue), a => Cost(a.Shape), [
        new("32 keys share tiles of 32 queries", AttentionGradKeyValue_V1_SharedTiles,
            a => AttentionTiles.Grid(
                a.Shape.Count, a.Shape.S, Math.Max(a.Shape.D, a.Shape.Dv))),
    ]);

    /// <summary>As for the queries, and a step more for each column of dv.</summary>
    public static Cost Cost(in AttentionShape s) =>
        s.Pairs * (new Cost(0, 0, 4L * s.D + 4L * s.Dv + 1, 0)
            + Kernels.Cost.Of<AttentionWeight>()
            + Kernels.Cost.Of<AttentionScoreGrad>())
        + s.Queries * new Cost(4L * (s.D + s.Dv + 2), 0, 0, 0)
        + s.Keys * new Cost(4L * (s.D + s.Dv), 4L * (s.D + s.Dv), s.D, 0);

    // V1: keys have the block, queries stream by.
    //
    // before   nothing: with queries in the block, blocks would add to one dk and one dv,
    //          in an order that nobody knows.
    // idea     rows and columns change places: a key's sums belong to one warp.
    // grid     a block of 8 warps per 32 keys and 64 columns of dk and dv; 30.1 KiB of
    //          shared memory.
    // still    scores are made once more than dq alone needs; nothing is loaded ahead.
    #region attention-grad-key-value-v1
    public static void AttentionGradKeyValue_V1_SharedTiles(Arguments a)
    {
        var keyTile = AttentionTiles.AllocateRows();
        var valueTile = AttentionTiles.AllocateRows();
        var tile = AttentionTiles.AllocateColumns();
        var weights = SharedMemory.Allocate<Four>(Grids.Block);
        var s = a.Shape;
        var keys = new TileRows(s.S);
        int first = keys.Problem * s.T;

        TileSums dk = new(s.D), dv = new(s.Dv);
        for (var t0 = 0; t0 < s.T; t0 += Reduce.Partials)
        {
            var queries = new TileColumns(first + t0, s.T - t0);
            F32 logSum = F32.Const(0), delta = F32.Const(0);
            if (Group.IdxX < queries.Count)
            {
                logSum = a.LogSum[queries.First + Group.IdxX];
                delta = a.Delta[queries.First + Group.IdxX];
            }
            var dWeights = AttentionTiles.Dots(
                valueTile, a.V, keys, tile, a.DY, queries, s.Dv, fresh: t0 == 0);
            var scores = Four.Of(new(s.Scale)) * AttentionTiles.Dots(
                keyTile, a.K, keys, tile, a.Q, queries, s.D, fresh: t0 == 0);
            var weight = AttentionTiles.Weights(scores, Four.Of(logSum));
            var dScores = AttentionTiles.ScoreGrads(weight, dWeights, Four.Of(delta));

            if (s.D > AttentionTiles.Depth)       // else the queries lie there already
                AttentionTiles.LoadColumns(tile, a.Q, queries, dk.Column, dk.Width);
            dk.Add(weights, dScores, tile, queries.Count);
            AttentionTiles.LoadColumns(tile, a.DY, queries, dv.Column, dv.Width);
            dv.Add(weights, weight, tile, queries.Count);
        }
        dk.StoreTimes(a.DK, keys, Four.Of(new(s.Scale)));
        dv.Store(a.DV, keys);
    }
    #endregion
}
