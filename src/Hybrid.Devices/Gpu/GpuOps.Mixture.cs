using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void MixtureMoments(
        Tensor x, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity,
        Tensor count, Tensor first, Tensor second) => Launch(
        K.MixtureMoments.Ladder, new(
            View(x), View(mu), View(halfPrecision), View(logScale), View(logDensity), View(count), View(first),
            View(second), MixtureDensity.LogCount(mu.Rows), x.Rows, mu.Rows, x.Cols));
}
