using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>
/// −log Σ_k π_k P_k(x) with π = softmax(s) and K discretised logistics P_k: scores, then μ, then log s.
/// </summary>
/// <remarks>
/// Two log-sum-exps of K terms stream by: L of the scores s_k, and J of the joint s_k + log P_k(x); −log p = L − J.
/// The component's share of the pixel, its posterior r_k = e^(s_k + log P_k − J), weighs every gradient. Source:
/// Salimans et al. 2017, arXiv:1701.05517, section 2.1.
/// </remarks>
public readonly struct LogisticMixturePixel : IPixel
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    #region logistic-mixture-nll
    /// <summary>L and J.</summary>
    [MethodImpl(Inline)]
    static (T Prior, T Joint) LogSums<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        T one = T.Const(1), m = output[0], s = one;
        T jointM = m - DiscretizedLogisticNll.Apply(x, output[count], output[2 * count]), jointS = one;
        for (var k = 1; k < count; k++)
        {
            var score = output[k];
            MixtureDensity.Merge(ref m, ref s, score, one);
            var joint = score - DiscretizedLogisticNll.Apply(x, output[count + k], output[2 * count + k]);
            MixtureDensity.Merge(ref jointM, ref jointS, joint, one);
        }
        return (OnlineSoftmax.LogSum(m, s), OnlineSoftmax.LogSum(jointM, jointS));
    }
    #endregion

    [MethodImpl(Inline)]
    public static T Nll<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var (prior, joint) = LogSums(x, count, output);
        return prior - joint;
    }

    #region logistic-mixture-grad
    [MethodImpl(Inline)]
    public static T NllWithGrad<T, TOutput>(T x, int count, TOutput output, T dNll)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var (prior, joint) = LogSums(x, count, output);
        for (var k = 0; k < count; k++)
        {
            T score = output[k], mu = output[count + k], logScale = output[2 * count + k];
            var posterior = T.Exp(score - DiscretizedLogisticNll.Apply(x, mu, logScale) - joint);
            var (_, dMu, dLogScale) = DiscretizedLogisticNllGrad.Apply(x, mu, logScale);
            var share = dNll * posterior;
            output.Adjoint(k, dNll * T.Exp(score - prior) - share);
            output.Adjoint(count + k, share * dMu);
            output.Adjoint(2 * count + k, share * dLogScale);
        }
        return prior - joint;
    }
    #endregion

    /// <summary>Σ_k π_k times <see cref="ClampedLogisticMean"/>.</summary>
    [MethodImpl(Inline)]
    public static T Mean<T, TOutput>(int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var max = output[0];
        for (var k = 1; k < count; k++) max = T.Max(max, output[k]);
        T sum = T.Const(0), weighted = T.Const(0);
        for (var k = 0; k < count; k++)
        {
            var weight = InfoNceTerm.Apply(output[k], max);
            sum += weight;
            weighted = T.Fma(
                weight, ClampedLogisticMean.Apply(output[count + k], output[2 * count + k]), weighted);
        }
        return weighted / sum;
    }
}
