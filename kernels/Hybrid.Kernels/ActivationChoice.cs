using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// The formula that goes with an <see cref="Activation"/>, chosen inside a kernel.
/// </summary>
/// <remarks>
/// All threads choose alike, so the branches do not diverge. They are written as a chain
/// because ILGPU makes an indirect jump of a switch.
/// </remarks>
public static class ActivationChoice
{
    #region activation-choice
    public static F32 Value(Activation activation, F32 x)
    {
        if (activation == Activation.Relu) return Relu.Apply(x);
        if (activation == Activation.Tanh) return Tanh.Apply(x);
        if (activation == Activation.Silu) return Silu.Apply(x);
        if (activation == Activation.Gelu) return Gelu.Apply(x);
        if (activation == Activation.Sigmoid) return Sigmoid.Apply(x);
        return x;
    }
    #endregion

    /// <summary>
    /// The derivative from the output for ReLU, tanh and σ, from the input for SiLU and
    /// GELU.
    /// </summary>
    public static F32 Derivative(Activation activation, F32 known)
    {
        if (activation == Activation.Relu) return ReluGradFromOutput.Apply(known);
        if (activation == Activation.Tanh) return TanhGradFromOutput.Apply(known);
        if (activation == Activation.Silu) return SiluGrad.Apply(known);
        if (activation == Activation.Gelu) return GeluGrad.Apply(known);
        if (activation == Activation.Sigmoid) return SigmoidGradFromOutput.Apply(known);
        return F32.Const(1);
    }

    /// <summary>
    /// The same derivative where the input is known and the output is not: to the bit what
    /// <see cref="Derivative"/> reads off <see cref="Value"/>.
    /// </summary>
    public static F32 Slope(Activation activation, F32 x)
    {
        if (activation == Activation.Relu)
            return ReluGradFromOutput.Apply(Relu.Apply(x));
        if (activation == Activation.Tanh)
            return TanhGradFromOutput.Apply(Tanh.Apply(x));
        if (activation == Activation.Silu) return SiluGrad.Apply(x);
        if (activation == Activation.Gelu) return GeluGrad.Apply(x);
        if (activation == Activation.Sigmoid)
            return SigmoidGradFromOutput.Apply(Sigmoid.Apply(x));
        return F32.Const(1);
    }

    /// <summary>What one evaluation of <see cref="Value"/> costs.</summary>
    public static Cost Cost(Activation activation) => activation switch
    {
        Activation.Relu => Kernels.Cost.Of<Relu>(),
        Activation.Tanh => Kernels.Cost.Of<Tanh>(),
        Activation.Silu => Kernels.Cost.Of<Silu>(),
        Activation.Gelu => Kernels.Cost.Of<Gelu>(),
        Activation.Sigmoid => Kernels.Cost.Of<Sigmoid>(),
        _ => default,
    };

    /// <summary>What one evaluation of <see cref="Slope"/> costs.</summary>
    public static Cost SlopeCost(Activation activation) => activation switch
    {
        Activation.Silu or Activation.Gelu => DerivativeCost(activation),
        _ => Cost(activation) + DerivativeCost(activation),
    };

    /// <summary>What one evaluation of <see cref="Derivative"/> costs.</summary>
    public static Cost DerivativeCost(Activation activation) => activation switch
    {
        Activation.Relu => Kernels.Cost.Of<ReluGradFromOutput>(),
        Activation.Tanh => Kernels.Cost.Of<TanhGradFromOutput>(),
        Activation.Silu => new(0, 0, 4, 1),
        Activation.Gelu => new(0, 0, 8, 2),
        Activation.Sigmoid => Kernels.Cost.Of<SigmoidGradFromOutput>(),
        _ => default,
    };
}
