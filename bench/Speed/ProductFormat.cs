using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>A precision of products: its ladders, and by how much of itself an output may err.</summary>
/// <param name="Layer">y = act(x·w + bias).</param>
/// <param name="GradInput">dx = dy·wᵀ.</param>
/// <param name="GradWeight">dw = xᵀ·dy.</param>
/// <param name="From">Least operand: with none below 0 an error relative to the terms is one of their sum.</param>
/// <param name="Error">Of a product, of itself; 0 for the same bits.</param>
public sealed record ProductFormat(
    Ladder<Affine.Arguments> Layer, Ladder<AffineGradInput.Arguments> GradInput,
    Ladder<AffineGradWeight.Arguments> GradWeight, float From, double Error)
{
    public static readonly ProductFormat Fp32 = new(
        Affine.Ladder, AffineGradInput.Ladder, AffineGradWeight.Ladder, -1, 0);

    public static readonly ProductFormat Tf32 = new(
        Tf32Products.AffineTf32, Tf32Products.AffineGradInputTf32, Tf32Products.AffineGradWeightTf32,
        0, Math.ScaleB(1, -10) + Math.ScaleB(1, -22));

    public static readonly ProductFormat Bf16 = new(
        Bf16Products.AffineBf16, Bf16Products.AffineGradInputBf16, Bf16Products.AffineGradWeightBf16,
        0, Math.ScaleB(1, -7) + Math.ScaleB(1, -16));

    /// <summary>A sum of so many products, each addition truncated: the host's and the GPU's.</summary>
    public double Tolerance(int terms) => Error == 0 ? 0 : Error + 2 * (terms + 1) * Math.ScaleB(1, -23);
}
