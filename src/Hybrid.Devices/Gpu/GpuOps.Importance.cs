using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void LogRatioRows(Tensor z, Tensor mu, Tensor logVar, Tensor ratio) => Launch(
        K.LogRatioRows.Ladder, new(View(z), View(mu), View(logVar), View(ratio), z.Rows, z.Cols));

    public void LogRatioRowsGradDraw(Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dZ) => Launch(
        K.LogRatioRowsGradDraw.Ladder,
        new(View(z), View(mu), View(logVar), View(dRatio), View(dZ), z.Rows, z.Cols));

    public void LogRatioRowsGrad(
        Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dMu, Tensor dLogVar) => Launch(
        K.LogRatioRowsGrad.Ladder, new(
            View(z), View(mu), View(logVar), View(dRatio), View(dMu), View(dLogVar), z.Rows, z.Cols));

    public void ImportanceNllRows(Tensor surprise, Tensor nll, Tensor share) => Launch(
        K.ImportanceNllRows.Ladder, new(
            View(surprise), MixtureDensity.LogCount(surprise.Cols), View(nll), View(share),
            surprise.Rows, surprise.Cols));

    public void ScaleRows(Tensor x, Tensor s, Tensor y) =>
        Launch(K.ScaleRows.Ladder, new(View(x), View(s), View(y), x.Rows, x.Cols));
}
