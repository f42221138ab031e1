using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region kl-standard-normal
/// <summary>KL divergence of N(μ, e^ℓ) from N(0, 1), per latent dimension, in nats.</summary>
/// <remarks>½ (μ² + (e^ℓ − 1) − ℓ), with ℓ = log σ². Zero only at (0, 0).</remarks>
[Formula("nats per dimension", "Kingma & Welling 2014, arXiv:1312.6114, appendix B",
    Flops = 4, Transcendentals = 1)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -30, 20)]
public readonly struct KlStandardNormal : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T> =>
        T.Const(0.5) * T.Fma(mu, mu, T.Expm1(logVar) - logVar);
}
#endregion

#region kl-standard-normal-grad
/// <summary>∂KL/∂μ = μ and ∂KL/∂ℓ = ½ (e^ℓ − 1).</summary>
public readonly struct KlStandardNormalGrad : IGradient2<KlStandardNormal>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B) Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T> =>
        (mu, T.Const(0.5) * T.Expm1(logVar));
}
#endregion

/// <summary>KL divergence of N(μ₁, e^ℓ₁) from N(μ₂, e^ℓ₂), per dimension, in nats.</summary>
/// <remarks>½ ((e^(ℓ₁−ℓ₂) − 1) − (ℓ₁ − ℓ₂) + (μ₁ − μ₂)² e^−ℓ₂).</remarks>
[Formula("nats per dimension", "Kullback 1959, chapter 9, one dimension", Flops = 7, Transcendentals = 2)]
[Argument("mu1", @"\mu_1", -8, 8)]
[Argument("logVar1", @"\ell_1", -10, 10)]
[Argument("mu2", @"\mu_2", -8, 8)]
[Argument("logVar2", @"\ell_2", -10, 10)]
public readonly struct KlGaussian : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mu1, T logVar1, T mu2, T logVar2) where T : unmanaged, ILane<T>
    {
        var ratio = logVar1 - logVar2;
        var shift = mu1 - mu2;
        return T.Const(0.5) * T.Fma(shift * shift, T.Exp(-logVar2), T.Expm1(ratio) - ratio);
    }
}

/// <summary>The four partial derivatives of <see cref="KlGaussian"/>.</summary>
public readonly struct KlGaussianGrad : IGradient4<KlGaussian>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C, T D) Apply<T>(T mu1, T logVar1, T mu2, T logVar2)
        where T : unmanaged, ILane<T>
    {
        var shift = mu1 - mu2;
        var dMu = shift * T.Exp(-logVar2);
        var dLogVar = T.Const(0.5) * T.Expm1(logVar1 - logVar2);
        return (dMu, dLogVar, -dMu, T.Fma(shift * dMu, T.Const(-0.5), -dLogVar));
    }
}

/// <summary>−log N(x; μ, e^ℓ), per dimension, in nats.</summary>
/// <remarks>½ (log 2π + ℓ + (x − μ)² e^−ℓ).</remarks>
[Formula("nats per dimension", "Bishop 2006, eq. 1.46", Flops = 6, Transcendentals = 1)]
[Argument("x", "x", -8, 8)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -10, 10)]
public readonly struct GaussianNll : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T mu, T logVar) where T : unmanaged, ILane<T>
    {
        var residual = x - mu;
        return T.Const(0.5) * T.Fma(residual * residual, T.Exp(-logVar), logVar + T.Const(LogTwoPi));
    }

    internal const double LogTwoPi = 1.8378770664093453;
}

/// <summary>∂/∂x, ∂/∂μ and ∂/∂ℓ of <see cref="GaussianNll"/>.</summary>
public readonly struct GaussianNllGrad : IGradient3<GaussianNll>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T x, T mu, T logVar) where T : unmanaged, ILane<T>
    {
        var residual = x - mu;
        var scaled = residual * T.Exp(-logVar);
        return (scaled, -scaled, T.Fma(residual * scaled, T.Const(-0.5), T.Const(0.5)));
    }
}

#region reparameterize
/// <summary>A draw from N(μ, e^ℓ) as a function of standard noise ε.</summary>
/// <remarks>z = μ + e^(ℓ/2) ε.</remarks>
[Formula("units of z", "Kingma & Welling 2014, arXiv:1312.6114, eq. 4", Flops = 3, Transcendentals = 1)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -30, 20)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
public readonly struct Reparameterize : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mu, T logVar, T eps) where T : unmanaged, ILane<T> =>
        T.Fma(T.Exp(T.Const(0.5) * logVar), eps, mu);
}
#endregion

/// <summary>∂z/∂μ = 1, ∂z/∂ℓ = ½ e^(ℓ/2) ε, ∂z/∂ε = e^(ℓ/2).</summary>
public readonly struct ReparameterizeGrad : IGradient3<Reparameterize>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T mu, T logVar, T eps) where T : unmanaged, ILane<T>
    {
        var sigma = T.Exp(T.Const(0.5) * logVar);
        return (T.Const(1), T.Const(0.5) * sigma * eps, sigma);
    }
}
