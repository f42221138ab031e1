using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>What the pixels of one channel of an image share in a group norm.</summary>
/// <remarks>
/// y = act(u) with u = x̂·gain + bias. Whoever has x can make u again, to the bit, so that
/// no adjoint needs it stored.
/// </remarks>
readonly struct NormChannel
{
    readonly F32 mean, gain, bias;
    readonly Activation activation;

    public NormChannel(
        Rows moments, Rows gain, Rows bias, Activation activation, in GroupShape s,
        int n, int c)
    {
        var g = c / s.Channels;
        mean = moments[n, g];
        Inverse = moments[n, s.Groups + g];
        this.gain = gain[c];
        this.bias = bias[c];
        this.activation = activation;
    }

    /// <summary>r, by which the channel's numbers are stretched.</summary>
    public F32 Inverse { get; }

    /// <summary>x̂.</summary>
    public F32 Normalize(F32 x) => Normalized.Apply(x, mean, Inverse);

    /// <summary>act(x̂·gain + bias).</summary>
    public F32 Value(F32 x) =>
        ActivationChoice.Value(activation, F32.Fma(Normalize(x), gain, bias));

    #region norm-channel
    /// <summary>g = dy·act′(u): the adjoint of u = x̂·gain + bias.</summary>
    public F32 Adjoint(F32 normalized, F32 dy) =>
        dy * ActivationChoice.Slope(activation, F32.Fma(normalized, gain, bias));

    /// <summary>And of x̂.</summary>
    public F32 NormalizedAdjoint(F32 normalized, F32 dy) =>
        Adjoint(normalized, dy) * gain;
    #endregion
}
