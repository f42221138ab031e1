using Hybrid.Formulas;

namespace Hybrid.Devices;

/// <remarks>
/// <b>Sums over pixels.</b> The pixels of a channel of an image are summed as the elements of a row are: 32
/// partial sums from +0, partial l taking pixels l, l + 32, l + 64 …, which meet as a butterfly.
/// </remarks>
public partial interface IOps
{
    /// <summary>y[n, i, j] = factor·((a + b) + (c + d)) of the 2 × 2 pixels of x that it stands for.</summary>
    /// <param name="x">[N·H·W, C].</param>
    /// <param name="factor">¼ for their mean, 1 for the adjoint of <see cref="Upsample"/> with 1.</param>
    /// <param name="shape">The sizes of x; H and W even.</param>
    /// <param name="y">[N·H/2·W/2, C].</param>
    void Downsample(Tensor x, float factor, in ImageShape shape, Tensor y);

    /// <summary>y = factor·x, each pixel of x as 2 × 2 of y.</summary>
    /// <param name="x">[N·H/2·W/2, C].</param>
    /// <param name="factor">1 for the nearest neighbour, ¼ for the adjoint of a mean of four.</param>
    /// <param name="shape">The sizes of y; H and W even.</param>
    /// <param name="y">[N·H·W, C].</param>
    void Upsample(Tensor x, float factor, in ImageShape shape, Tensor y);

    /// <summary>y[n·pixels + p, :] += x[n, :]: a row for each image, added to all of its pixels.</summary>
    void AddPerImage(Tensor x, int pixels, Tensor y);

    /// <summary>y[n, c] = Σ_p x[n·pixels + p, c], a sum over pixels.</summary>
    void SumPerImage(Tensor x, int pixels, Tensor y);

    /// <summary>y = act(x̂·gain + bias) with x̂ = (x − μ)·r of each group (<see cref="Normalized"/>).</summary>
    /// <remarks>
    /// μ is 1/m times the sums over pixels of the group's channels, added one by one from +0; the variance is
    /// that of (x − μ)², and r its <see cref="InverseDeviation"/>.
    /// </remarks>
    /// <param name="x">[N·P, C].</param>
    /// <param name="gain">[C, 1].</param>
    /// <param name="bias">[C, 1].</param>
    /// <param name="shape">The sizes and ε.</param>
    /// <param name="act">What is applied to x̂·gain + bias, one fused multiply-add.</param>
    /// <param name="y">[N·P, C].</param>
    /// <param name="moments">Also written, [N, 2G]: μ of every group, and beside them r.</param>
    void GroupNorm(
        Tensor x, Tensor gain, Tensor bias, in GroupShape shape, Activation act, Tensor y, Tensor moments);

    /// <summary>
    /// sums[n, c] = Σ_p g and products[n, c] = Σ_p g·x̂, sums over pixels, of g = dy·act′(x̂·gain + bias).
    /// </summary>
    /// <remarks>
    /// Their column sums are the adjoints of bias and gain. g has the bits of <see cref="ActivateGrad"/>: what
    /// act was applied to, or its output, is made again instead of read.
    /// </remarks>
    void GroupNormSums(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, in GroupShape shape, Activation act,
        Tensor sums, Tensor products);

    /// <summary>
    /// dx = r·(g·gain − ḡ − x̂·c̄) (<see cref="NormalizedAdjoint"/>), g as in <see cref="GroupNormSums"/>.
    /// </summary>
    /// <remarks>
    /// ḡ and c̄ are 1/m times one chain of fused multiply-adds over the group's channels, ascending from +0, of
    /// the gain with <paramref name="sums"/> and with <paramref name="products"/>.
    /// </remarks>
    void GroupNormGrad(
        Tensor x, Tensor moments, Tensor gain, Tensor bias, Tensor dy, Tensor sums, Tensor products,
        in GroupShape shape, Activation act, Tensor dx);
}
