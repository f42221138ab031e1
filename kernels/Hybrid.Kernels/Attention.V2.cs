using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per query, one walk.
//
// before   V1 needs the maximum before its first weight, so it walks the keys three
//          times.
// idea     the maximum so far will do: when it rises, what is summed already shrinks. A
//          lane makes the score of one of 32 keys, then sums a column of the output.
// grid     ⌈count·T / 8⌉ blocks of 8 warps, a query each; no shared memory.
// still    lanes walk down 32 keys at once, 32 sectors a load; every warp reads all keys
//          and values for itself; the output lies in memory between blocks.
public static partial class Attention
{
    #region attention-v2
    public static void Attention_V2_OneWalk(Arguments a)
    {
        var s = a.Shape;
        int lane = Group.IdxX, query = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (query >= s.Queries) return;               // a warp leaves as one
        int first = query / s.T * s.S, end = first + s.S;

        F32 m = new(float.MinValue), sum = F32.Const(0);
        for (var k0 = first; k0 < end; k0 += Reduce.Partials)
        {
            F32 score = new(float.MinValue), weight = F32.Const(0);
            if (k0 + lane < end) score = Score(a, query, k0 + lane);
            var risen = F32.Max(m, Reduce.MaxAcrossWarp(score));
            if (k0 + lane < end) weight = AttentionWeight.Apply(score, risen);
            var shrink = OnlineSoftmax.Shrink(m, risen);
            sum = OnlineSoftmax.Join(sum, shrink, Reduce.AcrossWarp(weight));
            m = risen;

            var keys = end - k0 < Reduce.Partials ? end - k0 : Reduce.Partials;
            for (var d0 = 0; d0 < s.Dv; d0 += Reduce.Partials)
            {
                // A lane without a column works on the first and stores nothing.
                var mine = d0 + lane < s.Dv;
                var d = mine ? d0 + lane : 0;
                var y = F32.Const(0);
                if (mine && k0 > first) y = a.Y[query, d] * shrink;
                for (var j = 0; j < keys; j++)
                    y = F32.Fma(new(Warp.Shuffle(weight.V, j)), a.V[k0 + j, d], y);
                if (k0 + Reduce.Partials >= end) y /= sum;
                if (mine) a.Y[query, d] = y;
            }
        }
        if (lane == 0) a.LogSum[query] = OnlineSoftmax.LogSum(m, sum);
    }
    #endregion
}
