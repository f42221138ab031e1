using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void Scale(Tensor x, float factor, Tensor y)
    {
        var (b, d) = Extent(y, x.IsDense && y.IsDense);
        Launch(K.Scale.Ladder, new(View(x), factor, View(y), b, d));
    }

    public void GaussianLogDensityRows(Tensor x, Tensor mu, Tensor logVar, Tensor y) => Launch(
        K.GaussianLogDensityRows.Ladder, new(View(x), View(mu), View(logVar), View(y), x.Rows, x.Cols));

    public void GaussianLogDensityRowsGrad(
        Tensor x, Tensor mu, Tensor logVar, Tensor dy, Tensor dx, Tensor dLogVar) => Launch(
        K.GaussianLogDensityRowsGrad.Ladder,
        new(View(x), View(mu), View(logVar), View(dy), View(dx), View(dLogVar), x.Rows, x.Cols));

    public void GaussianScalesGrad(
        Tensor halfPrecision, Tensor dHalfPrecision, Tensor dLogScale, Tensor dLogVar) => Launch(
        K.GaussianScalesGrad.Ladder, new(
            View(halfPrecision), View(dHalfPrecision), View(dLogScale), View(dLogVar), dLogVar.Rows, dLogVar.Cols));

    public void MixtureGradRows(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dz,
        MixtureWeights weights) => Launch(K.MixtureGradRows.Ladder, new(
            View(z), View(mu), View(halfPrecision), View(logScale), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(logDensity), View(dy), View(dz), z.Rows, mu.Rows, z.Cols));

    public void MixtureGradComponents(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogScale, MixtureWeights weights) => Launch(K.MixtureGradComponents.Ladder, new(
            View(z), View(mu), View(halfPrecision), View(logScale), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(logDensity), View(dy), View(dMu), View(dHalfPrecision), View(dLogScale), z.Rows, mu.Rows, z.Cols));

    public void MixtureMarginalGradRows(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dz,
        MixtureWeights weights) => Launch(K.MixtureMarginalGradRows.Ladder, new(
            View(z), View(mu), View(logVar), View(halfPrecision), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(logMarginals), View(dy), View(dz), z.Rows, mu.Rows, z.Cols));

    public void MixtureMarginalGradComponents(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogVar, MixtureWeights weights) => Launch(
        K.MixtureMarginalGradComponents.Ladder, new(
            View(z), View(mu), View(logVar), View(halfPrecision), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(logMarginals), View(dy), View(dMu), View(dHalfPrecision), View(dLogVar), z.Rows, mu.Rows, z.Cols));

    public void AffineCoupling(Tensor x, Tensor s, Tensor t, Tensor y, Tensor logDet) => Launch(
        K.AffineCoupling.Ladder, new(View(x), View(s), View(t), View(y), View(logDet), x.Rows, x.Cols));

    public void AffineCouplingGrad(Tensor x, Tensor s, Tensor dy, Tensor dLogDet, Tensor dx, Tensor ds) => Launch(
        K.AffineCouplingGrad.Ladder,
        new(View(x), View(s), View(dy), View(dLogDet), View(dx), View(ds), x.Rows, x.Cols));

    public void AffineCouplingInverse(Tensor y, Tensor s, Tensor t, Tensor x) => Launch(
        K.AffineCouplingInverse.Ladder, new(View(y), View(s), View(t), View(x), y.Rows, y.Cols));
}
