using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>The adjoints of μ and ℓ when z = μ + e^(ℓ/2) ε and KL(N(μ, e^ℓ) ‖ N(0, 1)) are both
/// used.</summary>
/// <remarks>
/// dμ = dz + dKl·μ and dℓ = dz·½e^(ℓ/2)ε + dKl·½(e^ℓ − 1), each ending in one fused step, so that the fused
/// kernel and the host loop round alike.
/// </remarks>
public static class ReparameterizeKlAdjoint
{
    #region reparameterize-kl-adjoint
    /// <summary>(dμ, dℓ) from the adjoints <paramref name="dz"/> of z and <paramref name="dKl"/> of the
    /// row's KL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T DMu, T DLogVar) Apply<T>(T mu, T logVar, T eps, T dz, T dKl)
        where T : unmanaged, ILane<T>
    {
        var draw = ReparameterizeGrad.Apply(mu, logVar, eps);
        var kl = KlStandardNormalGrad.Apply(mu, logVar);
        return (T.Fma(dKl, kl.A, dz), T.Fma(dz, draw.B, dKl * kl.B));
    }
    #endregion
}
