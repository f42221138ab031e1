using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// y = softmax(scale·q·kᵀ)·v in each of several problems, and each row's log-sum-exp L.
/// </summary>
/// <remarks>
/// No [T, S] is ever stored: keys stream by in blocks of 32, and a query keeps a maximum,
/// a sum and its output so far.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="AttentionWeight"/>, <see cref="OnlineSoftmax"/>
/// </description></item>
/// <item><term>source</term><description>
/// Vaswani et al. 2017, arXiv:1706.03762, eq. 1; Dao et al. 2022, arXiv:2205.14135,
/// algorithm 1
/// </description></item>
/// <item><term>shapes</term><description>
/// q: [count·T, D]; k: [count·S, D]; v: [count·S, Dv]; y: [count·T, Dv];
/// logSum: [count·T]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·count·(T·D + S·D + S·Dv) bytes read, 4·count·T·(Dv + 1) written
/// </description></item>
/// <item><term>order</term><description>
/// keys in ascending blocks of 32; within one, a score's chain over d, a butterfly for
/// the sum of weights and a chain over keys for the output (V1: all keys one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class Attention
{
    public readonly record struct Arguments(
        Rows Q, Rows K, Rows V, Rows Y, Rows LogSum, AttentionShape Shape);

    #region attention-ladder
    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Attention), a => Cost(a.Shape), [
        new("a thread walks the keys three times", Attention_V1_ThreeWalks,
            a => Grids.Threads(a.Shape.Queries)),
        new("a warp walks them once", Attention_V2_OneWalk,
            a => Grids.WarpPerRow(a.Shape.Queries)),
        new("32 queries share tiles of 32 keys", Attention_V3_SharedTiles,
            a => AttentionTiles.Grid(a.Shape.Count, a.Shape.T, a.Shape.Dv)),
    ]);
    #endregion

    /// <summary>
    /// A pair: both products, and a factor, a comparison, a weight and an addition
    /// between them. A row: a division per output and a logarithm.
    /// </summary>
    public static Cost Cost(in AttentionShape s) =>
        s.Pairs * (new Cost(0, 0, 2L * s.D + 2L * s.Dv + 3, 0)
            + Kernels.Cost.Of<AttentionWeight>())
        + s.Queries * new Cost(4L * s.D, 4L * s.Dv + 4, s.Dv + 1, 1)
        + s.Keys * new Cost(4L * (s.D + s.Dv), 0, 0, 0);

    /// <summary>scale·(q·k), a chain over d.</summary>
    static F32 Score(Arguments a, int query, int key)
    {
        var dot = F32.Const(0);
        for (var d = 0; d < a.Shape.D; d++)
            dot = F32.Fma(a.Q[query, d], a.K[key, d], dot);
        return new F32(a.Shape.Scale) * dot;
    }
}
