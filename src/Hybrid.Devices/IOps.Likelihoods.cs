using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>
    /// nll[b] = Σ_d −log p(x_bd), nats, of the distributions that a decoder's row says (<see cref="IPixel"/>).
    /// </summary>
    /// <param name="likelihood">The distribution; P = <see cref="PixelLikelihood.Outputs"/> numbers a pixel.</param>
    /// <param name="output">[B, P·D], number j of pixel d at column j·D + d.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="nll">[B, 1].</param>
    void PixelNllRows(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor nll);

    /// <summary>dOutput = dNll[b]·∂nll[b]/∂output.</summary>
    void PixelNllRowsGrad(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor dOutput);

    /// <summary>nll as <see cref="PixelNllRows"/>, dOutput as <see cref="PixelNllRowsGrad"/>: one pass.</summary>
    void PixelNllRowsWithGrad(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor nll, Tensor dOutput);

    /// <summary>mean[B, D] = E[x] of the distribution that output[B, P·D] says.</summary>
    void PixelMeans(PixelLikelihood likelihood, Tensor output, Tensor mean);
}
