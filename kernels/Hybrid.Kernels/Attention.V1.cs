using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per query, three walks.
//
// before   nothing: this is the definition, written down.
// idea     a maximum, a sum and a weighted sum; scores are made again rather than stored.
// grid     ⌈count·T / 256⌉ blocks of 256 threads, a query each.
// still    every score is made three times; the output lies in memory, read and written
//          once per key; a warp's queries lie D apart; its own order over keys.
public static partial class Attention
{
    #region attention-v1
    public static void Attention_V1_ThreeWalks(Arguments a)
    {
        var s = a.Shape;
        var query = Grid.GlobalIndex.X;
        if (query >= s.Queries) return;
        var first = query / s.T * s.S;

        F32 m = new(float.MinValue), sum = F32.Const(0);
        for (var key = first; key < first + s.S; key++)
            m = F32.Max(m, Score(a, query, key));
        for (var key = first; key < first + s.S; key++)
            sum += AttentionWeight.Apply(Score(a, query, key), m);

        for (var d = 0; d < s.Dv; d++) a.Y[query, d] = F32.Const(0);
        for (var key = first; key < first + s.S; key++)
        {
            var weight = AttentionWeight.Apply(Score(a, query, key), m) / sum;
            for (var d = 0; d < s.Dv; d++)
                a.Y[query, d] = F32.Fma(weight, a.V[key, d], a.Y[query, d]);
        }
        a.LogSum[query] = OnlineSoftmax.LogSum(m, sum);
    }
    #endregion
}
