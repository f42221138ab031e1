using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>
/// −log softmax(s)_k of grey value k = (V − 1)·x among V; number v is the score of value v.
/// </summary>
/// <remarks>
/// Choosing a pixel's value among V is choosing a partner among V candidates: <see cref="InfoNceTerm"/>,
/// <see cref="InfoNce"/> and <see cref="InfoNceWeight"/>, value by value. Values are counted in the lane, because a
/// lane has no integers; every count is exact. x is a multiple of 1/(V − 1). Source: Tomczak 2022, "Deep generative
/// modeling", section 4.3; van den Oord et al. 2016, arXiv:1601.06759, section 3.3.
/// </remarks>
public readonly struct CategoricalPixel : IPixel
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The greatest score, and V − 1.</summary>
    [MethodImpl(Inline)]
    static T Max<T, TOutput>(int count, TOutput output, out T last)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var max = output[0];
        last = T.Const(0);
        for (var v = 1; v < count; v++)
        {
            max = T.Max(max, output[v]);
            last += T.Const(1);
        }
        return max;
    }

    /// <summary><paramref name="then"/> where the pixel has value <paramref name="v"/>.</summary>
    [MethodImpl(Inline)]
    static T Where<T>(T value, T v, T then, T otherwise) where T : unmanaged, ILane<T> =>
        T.WhereLess(T.Abs(value - v), T.Const(0.5), then, otherwise);

    #region categorical-nll
    [MethodImpl(Inline)]
    static T Nll<T, TOutput>(int count, TOutput output, T x, out T value, out T own)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var max = Max<T, TOutput>(count, output, out var last);
        value = x * last;
        own = output[0];
        T sum = InfoNceTerm.Apply(own, max), v = T.Const(0);
        for (var j = 1; j < count; j++)
        {
            var score = output[j];
            v += T.Const(1);
            sum += InfoNceTerm.Apply(score, max);
            own = Where(value, v, score, own);
        }
        return InfoNce.Apply(sum, max, own);
    }
    #endregion

    [MethodImpl(Inline)]
    public static T Nll<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T> => Nll(count, output, x, out _, out _);

    #region categorical-grad
    [MethodImpl(Inline)]
    public static T NllWithGrad<T, TOutput>(T x, int count, TOutput output, T dNll)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var nll = Nll(count, output, x, out var value, out var own);
        T chosen = InfoNcePositiveWeight.Apply(nll), v = T.Const(0);
        for (var j = 0; j < count; j++)
        {
            var weight = Where(value, v, chosen, InfoNceWeight.Apply(output[j], own, nll));
            output.Adjoint(j, dNll * weight);
            v += T.Const(1);
        }
        return nll;
    }
    #endregion

    /// <summary>Σ_v softmax(s)_v·v/(V − 1).</summary>
    [MethodImpl(Inline)]
    public static T Mean<T, TOutput>(int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var max = Max<T, TOutput>(count, output, out var last);
        T sum = InfoNceTerm.Apply(output[0], max), weighted = T.Const(0), v = T.Const(0);
        for (var j = 1; j < count; j++)
        {
            v += T.Const(1);
            var term = InfoNceTerm.Apply(output[j], max);
            sum += term;
            weighted = T.Fma(term, v, weighted);
        }
        return weighted / (sum * last);
    }
}
