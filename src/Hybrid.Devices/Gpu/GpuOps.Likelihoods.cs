using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void PixelNllRows(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor nll) => Launch(
        K.PixelNllRows.Ladder(likelihood.Distribution),
        new(View(output), View(x), View(nll), x.Rows, x.Cols, likelihood.Count));

    public void PixelNllRowsGrad(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor dOutput) => Launch(
        K.PixelNllRowsGrad.Ladder(likelihood.Distribution),
        new(View(output), View(x), View(dNll), View(dOutput), x.Rows, x.Cols, likelihood.Count));

    public void PixelNllRowsWithGrad(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor nll, Tensor dOutput) => Launch(
        K.PixelNllRowsWithGrad.Ladder(likelihood.Distribution), new(
            View(output), View(x), View(dNll), View(nll), View(dOutput), x.Rows, x.Cols, likelihood.Count));

    public void PixelMeans(PixelLikelihood likelihood, Tensor output, Tensor mean) => Launch(
        K.PixelMeans.Ladder(likelihood.Distribution),
        new(View(output), View(mean), mean.Rows, mean.Cols, likelihood.Count));
}
