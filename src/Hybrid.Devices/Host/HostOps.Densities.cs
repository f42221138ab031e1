using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void Scale(Tensor x, float factor, Tensor y)
    {
        var dense = x.IsDense && y.IsDense;
        var extent = Pieces(dense, ref y);
        Pieces(dense, ref x);
        var map = new ScaleMap<T>(View(x), factor, View(y));
        Share(new MapLoop<T, ScaleMap<T>>(map, extent), extent.Rows, extent.Cols * Cheap);
    }

    public void GaussianLogDensityRows(Tensor x, Tensor mu, Tensor logVar, Tensor y) => Sum(
        new GaussianLogDensitySum<T>(View(x), View(mu), View(logVar), View(y)), x.Rows, x.Cols, Transcendental);

    public void GaussianLogDensityRowsGrad(
        Tensor x, Tensor mu, Tensor logVar, Tensor dy, Tensor dx, Tensor dLogVar) => Map(
        new GaussianLogDensityGradMap<T>(View(x), View(mu), View(logVar), View(dy), View(dx), View(dLogVar)),
        x.Rows, x.Cols, Transcendental);

    public void GaussianScalesGrad(
        Tensor halfPrecision, Tensor dHalfPrecision, Tensor dLogScale, Tensor dLogVar) => Map(
        new GaussianScalesGradMap<T>(View(halfPrecision), View(dHalfPrecision), View(dLogScale), View(dLogVar)),
        dLogVar.Rows, dLogVar.Cols, Cheap);

    public void MixtureGradRows(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dz,
        MixtureWeights weights)
    {
        var range = new MixtureGradRowsRange<T>(
            Trace(z, mu, halfPrecision, logScale, logDensity, dy, weights), View(dz));
        ShareLanes(range, z.Rows, 2L * mu.Rows * z.Cols);
    }

    public void MixtureGradComponents(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogScale, MixtureWeights weights)
    {
        var range = new MixtureGradComponentsRange<T>(
            Trace(z, mu, halfPrecision, logScale, logDensity, dy, weights), View(dMu), View(dHalfPrecision),
            View(dLogScale));
        ShareLanes(range, mu.Rows, 2L * z.Rows * z.Cols);
    }

    MixtureTrace Trace(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy,
        MixtureWeights weights) => new(
        View(z), View(mu), View(halfPrecision), View(logScale), View(logDensity), View(dy), z.Rows, mu.Rows, z.Cols,
        weights);

    public void MixtureMarginalGradRows(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dz,
        MixtureWeights weights)
    {
        var trace = MarginalTrace(z, mu, logVar, halfPrecision, logMarginals, dy, weights);
        ShareColumns(new MarginalGradRowsRange<T>(trace, View(dz)), z.Rows, mu.Rows, z.Cols);
    }

    public void MixtureMarginalGradComponents(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogVar, MixtureWeights weights)
    {
        var trace = MarginalTrace(z, mu, logVar, halfPrecision, logMarginals, dy, weights);
        var range = new MarginalGradComponentsRange<T>(trace, View(dMu), View(dHalfPrecision), View(dLogVar));
        ShareColumns(range, mu.Rows, z.Rows, z.Cols);
    }

    MarginalTrace MarginalTrace(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy,
        MixtureWeights weights) => new(
        View(z), View(mu), View(logVar), View(halfPrecision), View(logMarginals), View(dy), z.Rows, mu.Rows, weights);

    /// <summary>Lanes of rows of one column at a time, each against the others.</summary>
    void ShareColumns<TRange>(TRange range, int rows, int others, int cols) where TRange : unmanaged, IRowRange =>
        Share(range, ((rows - 1) / T.Width + 1) * cols, (long)others * T.Width * Transcendental);

    /// <summary>Groups of lanes of rows.</summary>
    void ShareLanes<TRange>(TRange range, int rows, long workPerRow) where TRange : unmanaged, IRowRange =>
        Share(range, (rows - 1) / MixtureLanes<T>.Group + 1, MixtureLanes<T>.Group * workPerRow);

    public void AffineCoupling(Tensor x, Tensor s, Tensor t, Tensor y, Tensor logDet) => Sum(
        new CouplingSum<T>(View(x), View(s), View(t), View(y), View(logDet)), x.Rows, x.Cols, Transcendental);

    public void AffineCouplingGrad(Tensor x, Tensor s, Tensor dy, Tensor dLogDet, Tensor dx, Tensor ds) => Map(
        new CouplingGradMap<T>(View(x), View(s), View(dy), View(dLogDet), View(dx), View(ds)),
        x.Rows, x.Cols, Transcendental);

    public void AffineCouplingInverse(Tensor y, Tensor s, Tensor t, Tensor x) => Map(
        new CouplingInverseMap<T>(View(y), View(s), View(t), View(x)), y.Rows, y.Cols, Transcendental);
}
