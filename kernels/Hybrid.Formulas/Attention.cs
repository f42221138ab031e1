using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region attention-weight
/// <summary>A key's share of a query: its part of the softmax over the query's scores.</summary>
/// <remarks>e^(s − L) with L the log-sum-exp of the row; on the way there, with the maximum so far.</remarks>
[Formula("1", "Vaswani et al. 2017, arXiv:1706.03762, eq. 1; Dao et al. 2022, arXiv:2205.14135, algorithm 4",
    Flops = 1, Transcendentals = 1)]
[Argument("score", "s", -20, 20)]
[Argument("logSum", "L", -20, 20)]
public readonly struct AttentionWeight : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T score, T logSum) where T : unmanaged, ILane<T> => T.Exp(score - logSum);
}
#endregion

#region attention-score-grad
/// <summary>The adjoint of a score, from that of its weight.</summary>
/// <remarks>
/// P·(dP − Δ). A softmax takes from each weight's adjoint their mean under the weights, Δ = Σ_j P_j dP_j, and
/// that is also Σ_d dy·y: a row of outputs knows it, without the weights.
/// </remarks>
[Formula("objective per nat", "Dao et al. 2022, arXiv:2205.14135, algorithm 4 and appendix B.2", Flops = 2)]
[Argument("weight", "P", 0, 1)]
[Argument("dWeight", @"\bar P", -20, 20)]
[Argument("delta", @"\Delta", -20, 20)]
public readonly struct AttentionScoreGrad : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T weight, T dWeight, T delta) where T : unmanaged, ILane<T> =>
        weight * (dWeight - delta);
}
#endregion

/// <summary>A softmax whose scores arrive in blocks: a maximum m and a sum ℓ that stand for ℓ·e^m.</summary>
/// <remarks>
/// Milakov &amp; Gimelshein 2018, arXiv:1805.02867, algorithm 3. What is weighted by the softmax is summed beside
/// ℓ in the same units, and shrinks with it. It begins with m = <see cref="MixtureDensity.Nothing"/> and ℓ = 0.
/// </remarks>
public static class OnlineSoftmax
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    #region online-softmax
    /// <summary>e^(m − m′): what all sums so far are worth when the maximum rises to m′.</summary>
    [MethodImpl(Inline)]
    public static T Shrink<T>(T m, T risen) where T : unmanaged, ILane<T> => T.Exp(m - risen);

    /// <summary>ℓ·e^(m − m′) + Σ: the weights of a block join the sum.</summary>
    [MethodImpl(Inline)]
    public static T Join<T>(T sum, T shrink, T block) where T : unmanaged, ILane<T> =>
        T.Fma(sum, shrink, block);

    /// <summary>L = m + log ℓ.</summary>
    [MethodImpl(Inline)]
    public static T LogSum<T>(T m, T sum) where T : unmanaged, ILane<T> => m + T.Log(sum);
    #endregion
}
