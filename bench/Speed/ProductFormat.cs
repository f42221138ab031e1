using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>A precision of products and its ladders.</summary>
/// <param name="Layer">y = act(x·w + bias).</param>
/// <param name="GradInput">dx = dy·wᵀ.</param>
/// <param name="GradWeight">dw = xᵀ·dy.</param>
/// <param name="Factors">What its kernels round factors to.</param>
public sealed record ProductFormat(
    Ladder<Affine.Arguments> Layer, Ladder<AffineGradInput.Arguments> GradInput,
    Ladder<AffineGradWeight.Arguments> GradWeight, Factors Factors)
{
    public static readonly ProductFormat Fp32 = new(
        Affine.Ladder, AffineGradInput.Ladder, AffineGradWeight.Ladder, Factors.Fp32);

    public static readonly ProductFormat Tf32 = new(
        Tf32Products.AffineTf32, Tf32Products.AffineGradInputTf32, Tf32Products.AffineGradWeightTf32, Factors.Tf32);

    public static readonly ProductFormat Bf16 = new(
        Bf16Products.AffineBf16, Bf16Products.AffineGradInputBf16, Bf16Products.AffineGradWeightBf16, Factors.Bf16);
}
