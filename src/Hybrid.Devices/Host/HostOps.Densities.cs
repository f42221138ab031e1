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
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dz)
    {
        var range = new MixtureGradRowsRange<T>(
            Trace(z, mu, halfPrecision, logScale, logDensity, dy), View(dz));
        ShareLanes(range, z.Rows, 2L * mu.Rows * z.Cols);
    }

    public void MixtureGradComponents(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogScale)
    {
        var range = new MixtureGradComponentsRange<T>(
            Trace(z, mu, halfPrecision, logScale, logDensity, dy), View(dMu), View(dHalfPrecision), View(dLogScale));
        ShareLanes(range, mu.Rows, 2L * z.Rows * z.Cols);
    }

    MixtureTrace Trace(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy) => new(
        View(z), View(mu), View(halfPrecision), View(logScale), View(logDensity), View(dy), z.Rows, mu.Rows, z.Cols);

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
