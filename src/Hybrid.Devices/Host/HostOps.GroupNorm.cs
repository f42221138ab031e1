using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Group norm with the activation behind it.</summary>
sealed unsafe partial class HostOps<T, TWord>
{
    public void GroupNorm(
        Tensor x, Tensor gain, Tensor bias, in GroupShape shape, Activation act, Tensor y, Tensor moments)
    {
        var own = new NormViews(View(x), View(moments), View(gain), View(bias), shape);
        switch (act)
        {
            case Activation.Identity: Norm<IdentityFormula>(own, y, Cheap); break;
            case Activation.Relu: Norm<Relu>(own, y, Cheap); break;
            case Activation.Tanh: Norm<Tanh>(own, y, Transcendental); break;
            case Activation.Silu: Norm<Silu>(own, y, Transcendental); break;
            case Activation.Gelu: Norm<Gelu>(own, y, Transcendental); break;
            case Activation.Sigmoid: Norm<Sigmoid>(own, y, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void GroupNormSums(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, in GroupShape shape, Activation act,
        Tensor sums, Tensor products)
    {
        var own = new NormAdjoints(
            new(View(x), View(moments), View(gain), View(bias), shape), View(dy), View(sums), View(products));
        switch (act)
        {
            case Activation.Identity: NormSums<UnitSlope>(own, Cheap); break;
            case Activation.Relu: NormSums<OutputSlope<Relu, ReluGradFromOutput>>(own, Cheap); break;
            case Activation.Tanh: NormSums<OutputSlope<Tanh, TanhGradFromOutput>>(own, Transcendental); break;
            case Activation.Silu: NormSums<Slope<Silu, SiluGrad>>(own, Transcendental); break;
            case Activation.Gelu: NormSums<Slope<Gelu, GeluGrad>>(own, Transcendental); break;
            case Activation.Sigmoid:
                NormSums<OutputSlope<Sigmoid, SigmoidGradFromOutput>>(own, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    public void GroupNormGrad(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, Tensor sums, Tensor products,
        in GroupShape shape, Activation act, Tensor dx)
    {
        var own = new NormAdjoints(
            new(View(x), View(moments), View(gain), View(bias), shape), View(dy), View(sums), View(products));
        switch (act)
        {
            case Activation.Identity: NormGrad<UnitSlope>(own, dx, Cheap); break;
            case Activation.Relu: NormGrad<OutputSlope<Relu, ReluGradFromOutput>>(own, dx, Cheap); break;
            case Activation.Tanh:
                NormGrad<OutputSlope<Tanh, TanhGradFromOutput>>(own, dx, Transcendental); break;
            case Activation.Silu: NormGrad<Slope<Silu, SiluGrad>>(own, dx, Transcendental); break;
            case Activation.Gelu: NormGrad<Slope<Gelu, GeluGrad>>(own, dx, Transcendental); break;
            case Activation.Sigmoid:
                NormGrad<OutputSlope<Sigmoid, SigmoidGradFromOutput>>(own, dx, Transcendental); break;
            default: throw new ArgumentOutOfRangeException(nameof(act));
        }
    }

    void Norm<TActivation>(NormViews own, Tensor y, int cost) where TActivation : IFormula1 => Share(
        new GroupNormRange<T, TActivation>(own, View(y)), own.Shape.N, (2L + cost) * own.Numbers);

    void NormSums<TSlope>(NormAdjoints own, int cost) where TSlope : IFormula1 => Share(
        new GroupNormSumsRange<T, TSlope>(own), own.Norm.Shape.N, (1L + cost) * own.Norm.Numbers);

    void NormGrad<TSlope>(NormAdjoints own, Tensor dx, int cost) where TSlope : IFormula1 => Share(
        new GroupNormGradRange<T, TSlope>(own, View(dx)), own.Norm.Shape.N, (1L + cost) * own.Norm.Numbers);
}

/// <summary>What a group norm reads, forwards and backwards.</summary>
readonly record struct NormViews(View X, View Moments, View Gain, View Bias, GroupShape Shape)
{
    /// <summary>Numbers of an image.</summary>
    public long Numbers => (long)Shape.Pixels * Shape.C;
}

/// <summary>And backwards alone.</summary>
readonly record struct NormAdjoints(NormViews Norm, View DY, View Sums, View Products);
