using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>
    /// y = softmax(scale·q·kᵀ)·v in each problem of <paramref name="shape"/>, and each row's
    /// L = log Σ_j e^(scale·q·k_j).
    /// </summary>
    /// <remarks>
    /// A score is one chain of fused multiply-adds over d, then the scale. Keys come in blocks of 32, ascending:
    /// the maximum m rises to the block's, m′, if that is greater; what is summed already shrinks by e^(m − m′);
    /// the block's weights e^(s − m′) meet as a row of 32 does and join their sum with one fused step, and the
    /// output with a chain over the block's keys. At the end y is divided by the sum of weights
    /// (<see cref="AttentionWeight"/>, <see cref="OnlineSoftmax"/>). Nothing of size T·S is stored.
    /// </remarks>
    /// <param name="q">Queries, [count·T, D].</param>
    /// <param name="k">Keys, [count·S, D].</param>
    /// <param name="v">Values, [count·S, Dv].</param>
    /// <param name="shape">The sizes and the scale.</param>
    /// <param name="y">[count·T, Dv].</param>
    /// <param name="logSum">L, [count·T, 1].</param>
    void Attention(Tensor q, Tensor k, Tensor v, in AttentionShape shape, Tensor y, Tensor logSum);

    /// <summary>delta[i] = Σ_d dy·y − dLogSum[i], a row sum of rounded products.</summary>
    void AttentionDelta(Tensor y, Tensor dy, Tensor dLogSum, Tensor delta);

    /// <summary>dq = scale·Σ_j dS·k_j: one chain over all keys, ascending from +0, then the scale.</summary>
    /// <remarks>dS = P·(dy·v − delta) with P = e^(s − L), made again (<see cref="AttentionScoreGrad"/>).</remarks>
    void AttentionGradQuery(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dq);

    /// <summary>
    /// dk = scale·Σ_i dS·q_i and dv = Σ_i P·dy_i: chains over all queries, ascending from +0, then the scale.
    /// </summary>
    void AttentionGradKeyValue(
        Tensor q, Tensor k, Tensor v, Tensor dy, Tensor logSum, Tensor delta, in AttentionShape shape,
        Tensor dk, Tensor dv);
}
