using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Attention in the order that <c>IOps</c> documents, one number at a time.</summary>
sealed class AttentionOrder(AttentionShape s, Matrix q, Matrix k, Matrix v)
{
    const int Block = 32;

    static readonly F32 Zero = F32.Const(0);

    /// <summary>The score of a query with a key of its problem.</summary>
    public F32 Score(int query, int key) =>
        new F32(s.Scale) * Order.Dot(s.D, d => q.At(query, d), d => k.At(query / s.T * s.S + key, d));

    /// <summary>A row of outputs, and behind it the log-sum-exp.</summary>
    public F32[] Forward(int query)
    {
        F32 m = new(float.MinValue), sum = Zero;
        var y = new F32[s.Dv + 1];
        for (var from = 0; from < s.S; from += Block)
        {
            var count = Math.Min(Block, s.S - from);
            F32[] scores = [.. Enumerable.Range(from, count).Select(key => Score(query, key))];
            var risen = scores.Aggregate(m, F32.Max);
            F32[] weights = [.. scores.Select(score => AttentionWeight.Apply(score, risen))];
            var shrink = OnlineSoftmax.Shrink(m, risen);
            sum = OnlineSoftmax.Join(sum, shrink, Order.Row(count, j => weights[j]));
            for (var d = 0; d < s.Dv; d++)
            {
                y[d] *= shrink;
                for (var j = 0; j < count; j++) y[d] = F32.Fma(weights[j], Value(query, from + j, d), y[d]);
            }
            m = risen;
        }
        for (var d = 0; d < s.Dv; d++) y[d] /= sum;
        y[s.Dv] = OnlineSoftmax.LogSum(m, sum);
        return y;
    }

    public F32 Value(int query, int key, int d) => v.At(query / s.T * s.S + key, d);

    /// <summary>A weight and its score's adjoint, from what the forward pass left.</summary>
    public (F32 Weight, F32 DScore) Pair(int query, int key, Matrix dy, Matrix logSum, Matrix delta)
    {
        var weight = AttentionWeight.Apply(Score(query, key), logSum.At(query, 0));
        var dWeight = Order.Dot(s.Dv, d => dy.At(query, d), d => Value(query, key, d));
        return (weight, AttentionScoreGrad.Apply(weight, dWeight, delta.At(query, 0)));
    }
}
