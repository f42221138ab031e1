using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void LogRatioRows(Tensor z, Tensor mu, Tensor logVar, Tensor ratio) => Sum(
        new LogRatioSum<T>(View(z), View(mu), View(logVar), View(ratio)), z.Rows, z.Cols, Transcendental);

    public void LogRatioRowsGradDraw(Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dZ) => Map(
        new LogRatioGradDrawMap<T>(View(z), View(mu), View(logVar), View(dRatio), View(dZ)),
        z.Rows, z.Cols, Transcendental);

    public void LogRatioRowsGrad(
        Tensor z, Tensor mu, Tensor logVar, Tensor dRatio, Tensor dMu, Tensor dLogVar) => Map(
        new LogRatioGradMap<T>(View(z), View(mu), View(logVar), View(dRatio), View(dMu), View(dLogVar)),
        z.Rows, z.Cols, Transcendental);

    public void ImportanceNllRows(Tensor surprise, Tensor nll, Tensor share) => Share(
        new ImportanceNllRange<T>(
            View(surprise), MixtureDensity.LogCount(surprise.Cols), View(nll), View(share), surprise.Cols),
        surprise.Rows, 2L * surprise.Cols * Transcendental);

    public void ScaleRows(Tensor x, Tensor s, Tensor y) =>
        Map(new ScaleRowsMap<T>(View(x), View(s), View(y)), x.Rows, x.Cols, Cheap);
}
